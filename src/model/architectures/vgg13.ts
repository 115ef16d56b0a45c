/** The VGG13 of FER+ (Barsoum et al. 2016). */
import type { LayersConfig } from '../modelFile.js';
import { checkArchitectureOptions, type ArchitectureOptions } from './architectureOptions.js';
import { NetworkBuilder } from './networkBuilder.js';

/**
 * The config of VGG-13: ten 3x3 convolutions with bias and rectifier (two of 64 filters, two of 128, three and three of 256), a maximum
 * over 2x2 pixels and dropout of a quarter after each group, two dense layers of 1,024 with dropout of one half, softmax; no
 * normalisation. The published network sees 64x64 pixels and 8 classes and has 8,757,704 parameters; 48x48 and 7 leave 6,921,671.
 * `l2` is the factor of every kernel; the authors have none. Throws CONFIG_INVALID as `checkArchitectureOptions` does.
 *
 * Reference: "Training deep networks for facial expression recognition with crowd-sourced label distribution", arXiv:1608.01041;
 * https://github.com/microsoft/FERPlus, src/models.py.
 */
export function vgg13(options: ArchitectureOptions): LayersConfig {
  checkArchitectureOptions('VGG-13', options);
  const { inputShape, classes, l2 = 0 } = options;
  const net = new NetworkBuilder('vgg_13', inputShape);
  let x = net.input;
  for (const { filters, convolutions } of groups) {
    for (let convolution = 1; convolution <= convolutions; convolution++) {
      x = net.relu(net.conv2D(x, { filters, kernelSize: 3, padding: 'same', useBias: true, l2 }));
    }
    x = net.dropout(net.maxPooling2D(x, { poolSize: 2, strides: 2, padding: 'valid' }), 0.25);
  }
  x = net.flatten(x);
  for (let layer = 1; layer <= 2; layer++) x = net.dropout(net.relu(net.dense(x, { units: 1024, l2 })), 0.5);
  return net.finish(net.dense(x, { units: classes, l2 }));
}

const groups = [
  { filters: 64, convolutions: 2 },
  { filters: 128, convolutions: 2 },
  { filters: 256, convolutions: 3 },
  { filters: 256, convolutions: 3 },
];
