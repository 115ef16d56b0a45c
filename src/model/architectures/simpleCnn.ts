/** simple_CNN of Arriaga's face_classification: the "sequential fully-CNN" of the mini-Xception paper. */
import type { LayersConfig } from '../modelFile.js';
import { checkArchitectureOptions, type ArchitectureOptions } from './architectureOptions.js';
import { NetworkBuilder } from './networkBuilder.js';

/**
 * The config of simple-CNN: four blocks of two convolutions (16 filters 7x7, 32 5x5, 64 and 128 3x3), each ended by a rectifier, a mean
 * over 2x2 pixels and dropout of one half; then 256 filters, a convolution to the classes, global average pooling, softmax. 642,935
 * parameters for 7 classes, the paper's "approximately 600,000". As in the authors' code, only every second normalisation has a
 * rectifier. `l2` is the factor of every kernel; the authors have none. Throws CONFIG_INVALID as `checkArchitectureOptions` does.
 *
 * Reference: Arriaga, Valdenegro-Toro and Plöger 2017, arXiv:1710.07557; https://github.com/oarriaga/face_classification,
 * src/models/cnn.py, whose names of layers these are.
 */
export function simpleCnn(options: ArchitectureOptions): LayersConfig {
  checkArchitectureOptions('simple-CNN', options);
  const { inputShape, classes, l2 = 0 } = options;
  const net = new NetworkBuilder('simple_cnn', inputShape);
  const convolve = (input: string, filters: number, kernelSize: number): string =>
    net.conv2D(
      input,
      { filters, kernelSize, padding: 'same', useBias: true, l2 },
      input === net.input ? 'image_array' : undefined,
    );
  let x = net.input;
  for (const [filters, kernelSize] of blocks) {
    x = net.batchNormalization(convolve(x, filters, kernelSize));
    x = net.relu(net.batchNormalization(convolve(x, filters, kernelSize)));
    x = net.dropout(net.averagePooling2D(x, { poolSize: 2, strides: 2, padding: 'same' }), 0.5);
  }
  x = net.batchNormalization(convolve(x, 256, 3));
  return net.finish(net.globalAveragePooling2D(convolve(x, classes, 3)));
}

/** [filters, side of the window] */
const blocks = [
  [16, 7],
  [32, 5],
  [64, 3],
  [128, 3],
] as const;
