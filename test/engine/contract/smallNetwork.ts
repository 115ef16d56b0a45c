/** A network of 16x16 pixels with a layer of every kind that the architectures have, small enough for options to be tried in numbers. */
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

/** Penalties on three kernels; with dropout twice where a `dropout` rate is given. */
export function smallNetwork({ dropout }: { dropout?: number } = {}): SmallNetwork {
  const net = new NetworkBuilder('small', smallShape);
  const drop = (input: string): string => (dropout === undefined ? input : net.dropout(input, dropout));
  const stem = net.conv2D(net.input, { filters: 6, kernelSize: 3, padding: 'valid', useBias: false, l2: 0.01 });
  let x = net.relu(net.batchNormalization(stem));
  const shortcut = net.conv2D(x, { filters: 8, kernelSize: 1, strides: 2, padding: 'same', useBias: false });
  x = net.batchNormalization(net.separableConv2D(x, 8));
  x = net.add(net.maxPooling2D(x), net.batchNormalization(shortcut));
  x = net.conv2D(drop(x), { filters: 8, kernelSize: 3, padding: 'same', useBias: true, l2: 0.02 });
  x = net.averagePooling2D(net.relu(x), { poolSize: 2, strides: 2, padding: 'same' });
  const means = net.dense(net.globalAveragePooling2D(x), { units: classes });
  const hidden = net.relu(net.dense(drop(net.flatten(x)), { units: 12, l2: 0.005 }));
  const config = net.finish(net.add(net.dense(hidden, { units: classes }), means));
  return { config, weights: hashedWeights(config) };
}
