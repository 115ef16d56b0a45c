/** big_XCEPTION of Arriaga's face_classification: the entry of Xception (Chollet 2017), cut after its second residual block. */
import type { LayersConfig } from '../modelFile.js';
import { checkArchitectureOptions, type ArchitectureOptions } from './architectureOptions.js';
import { NetworkBuilder } from './networkBuilder.js';

/**
 * The config of big-Xception: 3x3 convolutions of 32 filters (stride 2) and 64, two residual blocks of separable convolutions (128 and
 * 256 filters), a 3x3 convolution to the classes, global average pooling, softmax. 208,871 parameters for 7 classes. `l2` is the factor of
 * every Conv2D's kernel; the authors have none. Throws CONFIG_INVALID as `checkArchitectureOptions` does.
 *
 * Reference: https://github.com/oarriaga/face_classification, src/models/cnn.py, whose names of layers these are.
 */
export function bigXception(options: ArchitectureOptions): LayersConfig {
  checkArchitectureOptions('big-Xception', options);
  const { inputShape, classes, l2 = 0 } = options;
  const net = new NetworkBuilder('big_xception', inputShape);
  const stem = { kernelSize: 3, padding: 'valid', useBias: false, l2 } as const;
  const shortcutOf = (input: string, filters: number): string =>
    net.batchNormalization(
      net.conv2D(input, { filters, kernelSize: 1, strides: 2, padding: 'same', useBias: false, l2 }),
    );

  let x = net.conv2D(net.input, { ...stem, filters: 32, strides: 2 });
  x = net.relu(net.batchNormalization(x, 'block1_conv1_bn'), 'block1_conv1_act');
  x = net.conv2D(x, { ...stem, filters: 64 });
  x = net.relu(net.batchNormalization(x, 'block1_conv2_bn'), 'block1_conv2_act');

  let shortcut = shortcutOf(x, 128);
  x = net.batchNormalization(net.separableConv2D(x, 128), 'block2_sepconv1_bn');
  x = net.relu(x, 'block2_sepconv2_act');
  x = net.batchNormalization(net.separableConv2D(x, 128), 'block2_sepconv2_bn');
  x = net.add(net.maxPooling2D(x), shortcut);

  shortcut = shortcutOf(x, 256);
  x = net.relu(x, 'block3_sepconv1_act');
  x = net.batchNormalization(net.separableConv2D(x, 256), 'block3_sepconv1_bn');
  x = net.relu(x, 'block3_sepconv2_act');
  x = net.batchNormalization(net.separableConv2D(x, 256), 'block3_sepconv2_bn');
  x = net.add(net.maxPooling2D(x), shortcut);

  x = net.conv2D(x, { filters: classes, kernelSize: 3, padding: 'same', useBias: true, l2 });
  return net.finish(net.globalAveragePooling2D(x));
}
