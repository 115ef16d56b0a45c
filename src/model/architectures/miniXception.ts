/** mini-Xception (Arriaga, Valdenegro-Toro and Plöger 2017), layer for layer as in its authors' FER-2013 weight files. */
import {
  activation,
  add,
  batchNormalization,
  conv2D,
  globalAveragePooling2D,
  inputLayer,
  maxPooling2D,
  separableConv2D,
} from '../kerasLayers.js';
import type { LayerConfig, LayersConfig } from '../modelFile.js';
import { checkArchitectureOptions, type ArchitectureOptions } from './architectureOptions.js';

const blockFilters = [16, 32, 64, 128];

/**
 * The config of mini-Xception: two 3x3 convolutions of 8 filters, four residual blocks of separable convolutions (16, 32, 64, 128
 * filters), a 3x3 convolution to the classes, global average pooling, softmax. 58,423 parameters for 48x48x1 and 7 classes.
 * `l2`, 0.01 when absent, is the factor of the first two convolutions' kernels: the separable convolutions have no regulariser. Throws
 * CONFIG_INVALID as `checkArchitectureOptions` does.
 */
export function miniXception(options: ArchitectureOptions): LayersConfig {
  checkArchitectureOptions('mini-Xception', options);
  const { inputShape, classes, l2 = 0.01 } = options;
  const stem = { filters: 8, kernelSize: 3, padding: 'valid', useBias: false, l2 } as const;
  const layers = [
    inputLayer('input_1', inputShape),
    conv2D('conv2d_1', 'input_1', stem),
    batchNormalization('batch_normalization_1', 'conv2d_1'),
    activation('activation_1', 'batch_normalization_1', 'relu'),
    conv2D('conv2d_2', 'activation_1', stem),
    batchNormalization('batch_normalization_2', 'conv2d_2'),
    activation('activation_2', 'batch_normalization_2', 'relu'),
    ...blockFilters.flatMap((filters, index) => residualBlock(index + 1, filters)),
    conv2D('conv2d_7', 'add_4', { filters: classes, kernelSize: 3, padding: 'same', useBias: true }),
    globalAveragePooling2D('global_average_pooling2d_1', 'conv2d_7'),
    activation('predictions', 'global_average_pooling2d_1', 'softmax'),
  ];
  return {
    class_name: 'Model',
    config: {
      name: 'mini_xception',
      layers,
      input_layers: [['input_1', 0, 0]],
      output_layers: [['predictions', 0, 0]],
    },
  };
}

/**
 * Block 1-4: a strided 1x1 convolution beside two separable convolutions and a pooling, added. The numbers are the ones that Keras
 * gave when the authors built the shortcut first; the order is that of their file.
 */
function residualBlock(block: number, filters: number): LayerConfig[] {
  const input = block === 1 ? 'activation_2' : `add_${block - 1}`;
  const separable = [`separable_conv2d_${2 * block - 1}`, `separable_conv2d_${2 * block}`] as const;
  const normalization = [1, 2].map((n) => `batch_normalization_${3 * block + n}`) as [string, string];
  const shortcut = `conv2d_${block + 2}`;
  const shortcutNormalization = `batch_normalization_${3 * block}`;
  return [
    separableConv2D(separable[0], input, filters),
    batchNormalization(normalization[0], separable[0]),
    activation(`activation_${block + 2}`, normalization[0], 'relu'),
    separableConv2D(separable[1], `activation_${block + 2}`, filters),
    batchNormalization(normalization[1], separable[1]),
    conv2D(shortcut, input, { filters, kernelSize: 1, strides: 2, padding: 'same', useBias: false }),
    maxPooling2D(`max_pooling2d_${block}`, normalization[1]),
    batchNormalization(shortcutNormalization, shortcut),
    add(`add_${block}`, [`max_pooling2d_${block}`, shortcutNormalization]),
  ];
}
