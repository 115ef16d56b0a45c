/** A model as a table, one row per layer, and its number of parameters. */
import { layerShapes, producers } from './layerShapes.js';
import type { LayersConfig } from './modelFile.js';
import type { Shape } from './shapeRules.js';
import { elementCount, weightSpecs } from './weightSpecs.js';

/** One row of what Keras prints as a model's summary. */
export interface LayerSummary {
  readonly name: string;
  readonly className: string;
  /** Without the batch axis: [height, width, channels] or [features]. */
  readonly outputShape: Shape;
  readonly parameters: number;
  /** Of these, the ones that gradients update. */
  readonly trainableParameters: number;
  /** Names of the layers it takes its inputs from. */
  readonly inputs: readonly string[];
}

/** The layers in the config's order. Throws MODEL_UNSUPPORTED or MODEL_INVALID naming a layer that cannot be described. */
export function describeLayers(config: LayersConfig): LayerSummary[] {
  const shapes = layerShapes(config);
  const specs = weightSpecs(config);
  return config.config.layers.map((layer) => {
    const own = specs.filter((spec) => spec.layer === layer.name);
    return {
      name: layer.name,
      className: layer.class_name,
      outputShape: shapes.get(layer.name)!.output,
      parameters: countElements(own),
      trainableParameters: countElements(own.filter((spec) => spec.trainable)),
      inputs: producers(layer),
    };
  });
}

/** All parameters, the moving averages of batch normalisation included, as Keras counts them. */
export function countParameters(config: LayersConfig): number {
  return countElements(weightSpecs(config));
}

function countElements(specs: readonly { shape: Shape }[]): number {
  return specs.reduce((total, spec) => total + elementCount(spec.shape), 0);
}
