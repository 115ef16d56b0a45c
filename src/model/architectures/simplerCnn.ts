/** simpler_CNN of Arriaga's face_classification: strided convolutions down to a single pixel. */
import type { LayersConfig } from '../modelFile.js';
import { checkArchitectureOptions, type ArchitectureOptions } from './architectureOptions.js';
import { NetworkBuilder } from './networkBuilder.js';

/** Six halvings leave one pixel; of a larger image more than one would be left, and each would give outputs of its own. */
const largestInput = 64;

/**
 * The config of simpler-CNN: six pairs of a convolution and a strided one; the first four end with a rectifier and dropout of a quarter;
 * the last gives the classes' single pixel; softmax. 559,671 parameters for 7 classes. `l2` is the factor of every kernel; the authors have
 * none. Throws CONFIG_INVALID as `checkArchitectureOptions` does, and for more than 64 pixels.
 *
 * Reference: https://github.com/oarriaga/face_classification, src/models/cnn.py, whose names of layers these are.
 */
export function simplerCnn(options: ArchitectureOptions): LayersConfig {
  checkArchitectureOptions('simpler-CNN', options, largestInput);
  const { inputShape, classes, l2 = 0 } = options;
  const net = new NetworkBuilder('simpler_cnn', inputShape);
  const convolve = (input: string, filters: number, kernelSize: number): string =>
    net.batchNormalization(
      net.conv2D(
        input,
        { filters, kernelSize, padding: 'same', useBias: true, l2 },
        input === net.input ? 'image_array' : undefined,
      ),
    );
  const halve = (input: string, filters: number, kernelSize: number): string =>
    net.conv2D(input, { filters, kernelSize, strides: 2, padding: 'same', useBias: true, l2 });

  let x = net.input;
  for (const { plain, strided } of blocks) {
    x = net.batchNormalization(halve(convolve(x, ...plain), ...strided));
    x = net.dropout(net.relu(x), 0.25);
  }
  x = halve(convolve(x, 256, 1), 128, 3);
  x = halve(convolve(x, 256, 1), classes, 3);
  return net.finish(net.flatten(x));
}

type Convolution = readonly [filters: number, kernelSize: number];

const blocks: readonly { plain: Convolution; strided: Convolution }[] = [
  { plain: [16, 5], strided: [16, 5] },
  { plain: [32, 5], strided: [32, 5] },
  { plain: [64, 3], strided: [64, 3] },
  { plain: [64, 1], strided: [128, 3] },
];
