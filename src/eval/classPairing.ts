/** Which output of a model stands for which class of the data: by what the names mean, whatever their order. */
import { FerError } from '../errors.js';
import { classMeaning } from '../model/classMeaning.js';

/** The classes of an evaluation. */
export interface ClassPairing {
  /** The data's classes in its order, then those that only the model has. */
  readonly classNames: readonly string[];
  /** For each of them the index of the model's output. */
  readonly outputs: readonly number[];
  /** How many at the end only the model has: an image that it gives to one of these is wrong. */
  readonly modelOnly: number;
}

/**
 * Pairs the classes of a model called `name` with those of data. Throws DATA_INVALID when the data has a class that the model lacks, or
 * when two names of one side mean the same.
 */
export function pairClasses(model: readonly string[], data: readonly string[], name: string): ClassPairing {
  const outputs = indexByMeaning(model, name);
  const labels = indexByMeaning(data, 'the data');
  const missing = data.filter((className) => !outputs.has(classMeaning(className)));
  if (missing.length > 0) {
    const sides = `${name} has ${model.join(', ')}; the data has ${data.join(', ')}`;
    throw new FerError(
      'DATA_INVALID',
      `Expected a model of every class in the data, got one without ${missing.join(', ')}: ${sides}. Choose another model, or say its labels if they are wrong.`,
    );
  }
  const others = model.filter((className) => !labels.has(classMeaning(className)));
  const classNames = [...data, ...others];
  return {
    classNames,
    outputs: classNames.map((className) => outputs.get(classMeaning(className))!),
    modelOnly: others.length,
  };
}

function indexByMeaning(names: readonly string[], owner: string): Map<string, number> {
  const indices = new Map<string, number>();
  names.forEach((className, index) => {
    const meaning = classMeaning(className);
    const earlier = indices.get(meaning);
    if (earlier !== undefined) {
      const both = `${names[earlier]!} and ${className}`;
      throw new FerError('DATA_INVALID', `Expected different classes in ${owner}, got ${both}, which mean the same.`);
    }
    indices.set(meaning, index);
  });
  return indices;
}
