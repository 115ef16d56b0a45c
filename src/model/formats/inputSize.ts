/** The size of a network's input: the file says it, or leaves height and width open to whoever runs it. */
import { FerError } from '../../errors.js';
import { layerShapes } from '../layerShapes.js';
import type { LayersConfig } from '../modelFile.js';

/** [height, width, channels] of the one picture that a network takes; NaN where the config leaves a size open. */
export function readInputShape(config: LayersConfig, source: string): readonly [number, number, number] {
  const { input_layers: inputs } = config.config;
  const shape = layerShapes(config).get(inputs[0]?.[0] ?? '')?.output;
  if (inputs.length === 1 && shape?.length === 3) return shape as unknown as readonly [number, number, number];
  const came = inputs.length === 1 ? `an input of [${shape?.join(', ')}]` : `${inputs.length} inputs`;
  throw new FerError(
    'MODEL_UNSUPPORTED',
    `${source}: expected a network of one picture [height, width, channels], got ${came}. Save one that takes a picture.`,
  );
}

/**
 * `config` with its open sizes, if any, set to `inputSize` pixels. Throws CONFIG_INVALID when a size is open and no `inputSize` is given,
 * or when the file says another one.
 */
export function settleInputSize(config: LayersConfig, inputSize: number | undefined, source: string): LayersConfig {
  const [height, width, channels] = readInputShape(config, source);
  const isOpen = Number.isNaN(height) || Number.isNaN(width);
  if (inputSize === undefined) {
    if (!isOpen) return config;
    throw new FerError(
      'CONFIG_INVALID',
      `${source}: its network leaves the size of its input open. Say which it was trained with: input size, in pixels.`,
    );
  }
  if ([height, width].some((size) => !Number.isNaN(size) && size !== inputSize)) {
    const own = [height, width].map((size) => (Number.isNaN(size) ? 'any' : size)).join('x');
    throw new FerError(
      'CONFIG_INVALID',
      `${source}: the file says an input of ${own}, the setting says input size ${inputSize}. Leave the setting out.`,
    );
  }
  return isOpen ? withInputShape(config, [inputSize, inputSize, channels]) : config;
}

function withInputShape(model: LayersConfig, shape: readonly number[]): LayersConfig {
  const input = model.config.input_layers[0]![0];
  const layers = model.config.layers.map((layer) => {
    if (layer.name !== input) return layer;
    return { ...layer, config: { ...layer.config, batch_input_shape: [null, ...shape] } };
  });
  return { ...model, config: { ...model.config, layers } };
}
