/** ResNet-18 (He et al. 2016) for small images. */
import type { LayersConfig } from '../modelFile.js';
import { checkArchitectureOptions, type ArchitectureOptions } from './architectureOptions.js';
import { NetworkBuilder } from './networkBuilder.js';

/**
 * The config of ResNet-18: a 3x3 convolution of 64 filters, four stages of two residual blocks of two 3x3 convolutions (64, 128, 256,
 * 512 filters), global average pooling, dense, softmax. What differs from the paper's network for 224x224: the first convolution is 3x3
 * with stride 1 and no pooling follows it, as is usual from 32x32 to 64x64; one grey channel; strided convolutions pad as TensorFlow does.
 * 11,180,871 parameters for 7 classes; for colour and 10 classes it has the 11,173,962 trainable ones that the same network for CIFAR-10
 * is known by. `l2`, 5e-5 when absent (the paper's weight decay of 1e-4), is the factor of every kernel; kernels start as He normal.
 * Throws CONFIG_INVALID as `checkArchitectureOptions` does.
 *
 * Reference: "Deep residual learning for image recognition", arXiv:1512.03385.
 */
export function resnet18(options: ArchitectureOptions): LayersConfig {
  checkArchitectureOptions('ResNet-18', options);
  const { inputShape, classes, l2 = 5e-5 } = options;
  const net = new NetworkBuilder('resnet_18', inputShape);
  const kernel = { padding: 'same', useBias: false, l2, initializer: 'heNormal' } as const;
  const convolve = (input: string, filters: number, strides = 1): string =>
    net.batchNormalization(net.conv2D(input, { ...kernel, filters, kernelSize: 3, strides }));

  /** Where the shape changes, a 1x1 convolution takes the input past the block. */
  const residualBlock = (input: string, filters: number, options: { strides: number; widens: boolean }): string => {
    const { strides, widens } = options;
    const convolved = convolve(net.relu(convolve(input, filters, strides)), filters);
    const shortcut = widens
      ? net.batchNormalization(net.conv2D(input, { ...kernel, filters, kernelSize: 1, strides }))
      : input;
    return net.relu(net.add(convolved, shortcut));
  };

  let x = net.relu(convolve(net.input, 64));
  for (const filters of [64, 128, 256, 512]) {
    const widens = filters > 64;
    x = residualBlock(x, filters, { strides: widens ? 2 : 1, widens });
    x = residualBlock(x, filters, { strides: 1, widens: false });
  }
  x = net.globalAveragePooling2D(x);
  return net.finish(net.dense(x, { units: classes, l2, initializer: 'heNormal' }));
}
