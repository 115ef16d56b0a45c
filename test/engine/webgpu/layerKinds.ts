/** Networks that together have every kind of layer and window, in odd sizes; a line per layer. */
import type { LayerConfig, LayersConfig, NamedWeights } from '../../../src/model/modelFile.js';
import { hashedWeights } from '../../model/architectures/hashedNumbers.js';

export interface SmallModel {
  readonly name: string;
  readonly config: LayersConfig;
  readonly weights: NamedWeights;
  /** [height, width, channels] */
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
}

type Line = readonly [className: string, name: string, config: Record<string, unknown>, ...inputs: string[]];

/** Each layer reads the one before it unless inputs are named. */
function model(name: string, inputShape: readonly [number, number, number], lines: readonly Line[]): SmallModel {
  const input: LayerConfig = {
    class_name: 'InputLayer',
    name: 'input',
    config: { name: 'input', batch_input_shape: [null, ...inputShape], dtype: 'float32' },
    inbound_nodes: [],
  };
  const layers = lines.map(([className, layer, config, ...inputs], index): LayerConfig => {
    const before = index === 0 ? 'input' : lines[index - 1]![1];
    const producers = (inputs.length > 0 ? inputs : [before]).map((producer) => [producer, 0, 0, {}] as const);
    return {
      class_name: className,
      name: layer,
      config: { name: layer, ...config },
      inbound_nodes: [producers.map(([producer]) => [producer, 0, 0, {}])],
    };
  });
  const config: LayersConfig = {
    class_name: 'Functional',
    config: {
      name,
      layers: [input, ...layers],
      input_layers: [['input', 0, 0]],
      output_layers: [[layers.at(-1)!.name, 0, 0]],
    },
  };
  const units = layers.at(-1)!.config['units'];
  return { name, config, weights: hashedWeights(config), inputShape, classes: Number(units) };
}

const l2 = { class_name: 'L2', config: { l2: 0.01 } };

/** Convolutions of all kinds. */
const convolutions = model(
  'convolutions',
  [9, 11, 2],
  [
    [
      'ZeroPadding2D',
      'pad',
      {
        padding: [
          [1, 0],
          [2, 1],
        ],
      },
    ],
    ['Conv2D', 'wide', { filters: 5, kernel_size: [3, 2], strides: [2, 1], padding: 'same', kernel_regularizer: l2 }],
    ['ReLU', 'ceiling', { max_value: 0.7 }],
    ['DepthwiseConv2D', 'deep', { kernel_size: [3, 3], depth_multiplier: 2, padding: 'same', activation: 'relu6' }],
    ['SeparableConv2D', 'apart', { filters: 6, kernel_size: [2, 3], strides: [1, 1], padding: 'valid' }],
    ['Conv2D', 'point', { filters: 8, kernel_size: [1, 1], strides: [2, 2], padding: 'same', use_bias: false }],
    ['Flatten', 'flat', {}],
    ['Dense', 'answer', { units: 3, activation: 'softmax' }],
  ],
);

/** Normalisations and what reads them, sums of what is read twice, and dropout. */
const connections = model(
  'connections',
  [8, 8, 3],
  [
    ['Conv2D', 'stem', { filters: 4, kernel_size: [3, 3], padding: 'same' }],
    ['BatchNormalization', 'first', { momentum: 0.8, epsilon: 0.01 }],
    ['Activation', 'passed', { activation: 'relu' }],
    ['BatchNormalization', 'bare', { scale: false, center: false }, 'first'],
    ['Add', 'sum', {}, 'passed', 'bare', 'stem'],
    ['Add', 'twice', {}, 'sum', 'sum'],
    ['BatchNormalization', 'last', { momentum: 0.9 }],
    ['ReLU', 'ceiling', { max_value: 1.5 }],
    ['Dropout', 'dropped', { rate: 0.3 }],
    ['GlobalAveragePooling2D', 'means', {}],
    ['BatchNormalization', 'vector', {}],
    ['Dense', 'hidden', { units: 5, activation: 'relu', bias_regularizer: l2 }],
    ['Dropout', 'droppedAgain', { rate: 0.5 }],
    ['Dense', 'answer', { units: 4, activation: 'softmax' }],
  ],
);

/** Windows that overlap, that leave pixels out and that reach over the edge. */
const poolings = model(
  'poolings',
  [13, 10, 1],
  [
    ['Conv2D', 'stem', { filters: 3, kernel_size: [3, 3], padding: 'same' }],
    ['MaxPooling2D', 'overlapping', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }],
    ['AveragePooling2D', 'smooth', { pool_size: [3, 2], strides: [1, 1], padding: 'same' }],
    ['MaxPooling2D', 'sparse', { pool_size: [1, 2], strides: [2, 2], padding: 'valid' }],
    ['GlobalMaxPooling2D', 'peaks', {}],
    ['Dense', 'answer', { units: 3, activation: 'softmax' }],
  ],
);

/** As many channels as make the backward pass a convolution. */
const wide = model(
  'wide',
  [6, 7, 1],
  [
    ['Conv2D', 'stem', { filters: 32, kernel_size: [2, 3], padding: 'valid', activation: 'relu' }],
    ['Conv2D', 'same', { filters: 36, kernel_size: [3, 2], padding: 'same', activation: 'relu' }],
    ['Conv2D', 'valid', { filters: 33, kernel_size: [2, 3], padding: 'valid', use_bias: false }],
    ['GlobalAveragePooling2D', 'means', {}],
    ['Dense', 'answer', { units: 3, activation: 'softmax' }],
  ],
);

export const smallModels: readonly SmallModel[] = [convolutions, connections, poolings, wide];
