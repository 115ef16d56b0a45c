/** tiny_XCEPTION of Arriaga's face_classification: mini-Xception with half the filters. */
import type { LayersConfig } from '../modelFile.js';
import { checkArchitectureOptions, type ArchitectureOptions } from './architectureOptions.js';
import { NetworkBuilder } from './networkBuilder.js';

/**
 * The config of tiny-Xception: two 3x3 convolutions of 5 filters, four residual blocks of separable convolutions (8, 16, 32, 64
 * filters), a 3x3 convolution to the classes, global average pooling, softmax. 18,314 parameters for 7 classes. `l2`, 0.01 when absent,
 * is the factor of the first two convolutions' kernels. Throws CONFIG_INVALID as `checkArchitectureOptions` does.
 *
 * Reference: https://github.com/oarriaga/face_classification, src/models/cnn.py.
 */
export function tinyXception(options: ArchitectureOptions): LayersConfig {
  checkArchitectureOptions('tiny-Xception', options);
  const { inputShape, classes, l2 = 0.01 } = options;
  const stem = { filters: 5, kernelSize: 3, padding: 'valid', useBias: false, l2 } as const;
  const net = new NetworkBuilder('tiny_xception', inputShape);
  let x = net.input;
  for (let convolution = 1; convolution <= 2; convolution++) {
    x = net.relu(net.batchNormalization(net.conv2D(x, stem)));
  }
  for (const filters of [8, 16, 32, 64]) x = residualBlock(net, x, filters);
  x = net.conv2D(x, { filters: classes, kernelSize: 3, padding: 'same', useBias: true });
  return net.finish(net.globalAveragePooling2D(x));
}

function residualBlock(net: NetworkBuilder, input: string, filters: number): string {
  const shortcut = net.batchNormalization(
    net.conv2D(input, { filters, kernelSize: 1, strides: 2, padding: 'same', useBias: false }),
  );
  const first = net.relu(net.batchNormalization(net.separableConv2D(input, filters)));
  const second = net.batchNormalization(net.separableConv2D(first, filters));
  return net.add(net.maxPooling2D(second), shortcut);
}
