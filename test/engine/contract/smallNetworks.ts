/** Networks of 16x16 pixels, small enough for options to be tried in numbers. */
import type { LayersConfig, NamedWeights } from '../../../src/model/modelFile.js';
import { NetworkBuilder } from '../../../src/model/architectures/networkBuilder.js';
import { hashedWeights } from '../../model/architectures/hashedNumbers.js';
import { classes } from './faceBatches.js';

export interface SmallNetwork {
  readonly config: LayersConfig;
  readonly weights: NamedWeights;
}

/** [height, width, channels] */
export const smallShape = [16, 16, 1] as const;

/** A layer of every kind that the architectures have but dropout; penalties on three kernels. */
export function smallNetwork(): SmallNetwork {
  const net = new NetworkBuilder('small', smallShape);
  const stem = net.conv2D(net.input, { filters: 6, kernelSize: 3, padding: 'valid', useBias: false, l2: 0.01 });
  let x = net.relu(net.batchNormalization(stem));
  const shortcut = net.conv2D(x, { filters: 8, kernelSize: 1, strides: 2, padding: 'same', useBias: false });
  x = net.batchNormalization(net.separableConv2D(x, 8));
  x = net.add(net.maxPooling2D(x), net.batchNormalization(shortcut));
  x = net.conv2D(x, { filters: 8, kernelSize: 3, padding: 'same', useBias: true, l2: 0.02 });
  x = net.averagePooling2D(net.relu(x), { poolSize: 2, strides: 2, padding: 'same' });
  const means = net.dense(net.globalAveragePooling2D(x), { units: classes });
  const hidden = net.relu(net.dense(net.flatten(x), { units: 12, l2: 0.005 }));
  const config = net.finish(net.add(net.dense(hidden, { units: classes }), means));
  return { config, weights: hashedWeights(config) };
}

/** For what does not depend on the kinds of layers: two convolutions that are normalised, with dropout behind where a rate is given. */
export function plainNetwork({ dropout }: { dropout?: number } = {}): SmallNetwork {
  const net = new NetworkBuilder('plain', smallShape);
  let x = net.input;
  for (const filters of [6, 8]) {
    const convolved = net.conv2D(x, { filters, kernelSize: 3, strides: 2, padding: 'same', useBias: false, l2: 0.01 });
    x = net.relu(net.batchNormalization(convolved));
    if (dropout !== undefined) x = net.dropout(x, dropout);
  }
  const config = net.finish(net.dense(net.globalAveragePooling2D(x), { units: classes }));
  return { config, weights: hashedWeights(config) };
}
