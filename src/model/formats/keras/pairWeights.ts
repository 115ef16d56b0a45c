/** Gives the arrays that a Keras file holds for each layer the names that they have here. */
import { FerError } from '../../../errors.js';
import type { LayersConfig, NamedWeight, NamedWeights } from '../../modelFile.js';
import { specsByLayer } from '../../weightSpecs.js';

/**
 * The weights of `config` from `perLayer`, the arrays of each layer in Keras' order, keyed by the layer's name. Layers without
 * weights may be absent. Throws MODEL_INVALID, naming `source`, the layer and the weight, when a layer has more or fewer arrays than
 * the config says, an array of another shape, or is not in the config.
 */
export function pairWeights(
  config: LayersConfig,
  perLayer: ReadonlyMap<string, readonly NamedWeight[]>,
  source: string,
): NamedWeights {
  const weights: NamedWeights = new Map();
  for (const [layer, specs] of specsByLayer(config)) {
    const arrays = perLayer.get(layer) ?? [];
    if (arrays.length !== specs.length) {
      const names = specs.map(({ name }) => name).join(', ') || 'none';
      throw invalid(source, `layer ${layer}: expected ${specs.length} weights (${names}), got ${arrays.length}`);
    }
    specs.forEach(({ name, shape }, index) => {
      const array = arrays[index]!;
      if (array.shape.join() !== shape.join()) {
        throw invalid(source, `weight ${name}: expected [${shape.join(', ')}], got [${array.shape.join(', ')}]`);
      }
      weights.set(name, array);
    });
  }
  return weights;
}

function invalid(source: string, problem: string): FerError {
  return new FerError('MODEL_INVALID', `${source}: ${problem}. Save the model once more from Keras.`);
}
