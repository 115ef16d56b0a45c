/** The arrays of a file to the names of the weights: by layer, and within a layer by order. */
import { FerError } from '../../../errors.js';
import type { LayersConfig, NamedWeight, NamedWeights } from '../../modelFile.js';
import { elementCount, weightSpecs, type WeightSpec } from '../../weightSpecs.js';

/**
 * The weights of `config` from `perLayer`, which holds the arrays of each layer in the file's order: Keras' order, whatever the file calls
 * them (`batch_normalization_1_1/gamma:0`, `convolution2d_1_W`, `vars/0`). Layers without weights may be missing. Throws MODEL_INVALID
 * that names `source`, layer and weight for an array that is missing, too many or of another shape, and for arrays of a layer that the
 * network does not have. Does not look at the numbers.
 */
export function pairWeights(
  config: LayersConfig,
  perLayer: ReadonlyMap<string, readonly NamedWeight[]>,
  source: string,
): NamedWeights {
  const specs = new Map(config.config.layers.map(({ name }): [string, WeightSpec[]] => [name, []]));
  for (const spec of weightSpecs(config)) specs.get(spec.layer)!.push(spec);
  for (const [layer, arrays] of perLayer) {
    if (arrays.length === 0 || specs.has(layer)) continue;
    throw invalid(source, `expected weights of its layers only, got ${arrays.length} of ${layer}, which is no layer`);
  }
  const weights: NamedWeights = new Map();
  for (const [layer, own] of specs) {
    const arrays = perLayer.get(layer) ?? [];
    if (arrays.length !== own.length) {
      const names = own.map(({ name }) => name).join(', ') || 'no weights';
      throw invalid(source, `layer ${layer}: expected ${names}, got ${arrays.length} arrays`);
    }
    own.forEach((spec, index) => weights.set(spec.name, checkShape(spec, arrays[index]!, source)));
  }
  return weights;
}

function checkShape({ name, shape }: WeightSpec, array: NamedWeight, source: string): NamedWeight {
  if (array.shape.join() === shape.join() && array.data.length === elementCount(shape)) return array;
  const came = `[${array.shape.join(', ')}] with ${array.data.length} values`;
  throw invalid(source, `expected weight ${name} to be [${shape.join(', ')}] as its layer says, got ${came}`);
}

function invalid(source: string, problem: string): FerError {
  return new FerError('MODEL_INVALID', `${source}: ${problem}. Save the model again in Keras.`);
}
