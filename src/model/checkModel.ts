/** What every model must satisfy before it is written and after it is read: config, weights and card agree. */
import { FerError } from '../errors.js';
import { parseModelCard } from './card.js';
import { layerShapes } from './layerShapes.js';
import type { LayersConfig, ModelFile, NamedWeights } from './modelFile.js';
import { elementCount, weightSpecs } from './weightSpecs.js';

/** Throws MODEL_INVALID (or MODEL_UNSUPPORTED for an unknown layer), naming `source`, unless config, weights and card fit together. */
export function checkModel(model: ModelFile, source: string): void {
  checkWeights(model.config, model.weights, source);
  checkCard(model, source);
}

/** Throws MODEL_INVALID, naming `source`, unless `weights` are exactly those of the config, of its shapes and finite. */
export function checkWeights(config: LayersConfig, weights: NamedWeights, source: string): void {
  const specs = weightSpecs(config);
  for (const { name, shape } of specs) {
    const weight = weights.get(name);
    if (weight === undefined) throw invalid(source, `expected a weight ${name}, got none`);
    if (weight.shape.join() !== shape.join() || weight.data.length !== elementCount(shape)) {
      const came = `[${weight.shape.join(', ')}] with ${weight.data.length} values`;
      throw invalid(source, `expected weight ${name} to be [${shape.join(', ')}] as its layer says, got ${came}`);
    }
    const bad = weight.data.findIndex((value) => value - value !== 0); // 0 for finite numbers only, and no call for each of millions
    if (bad >= 0) throw invalid(source, `expected finite numbers in ${name}, got ${weight.data[bad]!} at ${bad}`);
  }
  const expected = new Set(specs.map((spec) => spec.name));
  const extra = [...weights.keys()].filter((name) => !expected.has(name));
  if (extra.length > 0)
    throw invalid(source, `expected only weights that its layers have, got ${extra.join(', ')} too`);
}

/** Throws MODEL_INVALID, naming `source`, unless the card's input and classes are those of the network. */
export function checkCard({ config, card }: ModelFile, source: string): void {
  const { classNames, inputShape } = parseModelCard(card, source);
  const shapes = layerShapes(config);
  const { input_layers: inputs, output_layers: outputs } = config.config;
  const input = shapes.get(inputs[0]?.[0] ?? '')?.output;
  const output = shapes.get(outputs[0]?.[0] ?? '')?.output;
  if (inputs.length !== 1 || outputs.length !== 1 || input === undefined || output === undefined) {
    throw invalid(source, `expected one input and one output, got ${inputs.length} and ${outputs.length}`);
  }
  if (input.join() !== inputShape.join()) {
    throw invalid(source, `the card says input [${inputShape.join(', ')}], the layers take [${input.join(', ')}]`);
  }
  if (output.join() !== String(classNames.length)) {
    throw invalid(source, `the card names ${classNames.length} classes, the layers give [${output.join(', ')}]`);
  }
}

function invalid(source: string, problem: string): FerError {
  return new FerError('MODEL_INVALID', `${source}: ${problem}. Train or export the model again.`);
}
