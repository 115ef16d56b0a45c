/** Which convolutions do the work of what reads them. */
import { describe, expect, test } from '@jest/globals';
import { finishersOf } from '../../src/compiler/finishes.js';
import { lower } from '../../src/graph/lower.js';
import { ConfigBuilder, classify, type Output, type TestNetwork } from '../configBuilder.js';
import { finishedBranches, finishedKernels, tails } from '../networks/finishes.js';

/** Layers of the convolutions, and what each does at once. */
function finished({ config }: TestNetwork): string[] {
  const graph = lower(config, { training: false });
  return [...finishersOf(graph)].map(([{ layer }, { kind }]) => `${layer}: ${kind}`);
}

/** Those in front of a classifier. */
function finishedIn(build: (net: ConfigBuilder) => Output): string[] {
  const net = new ConfigBuilder('finishes', [8, 8, 3]);
  return finished(classify(net, build(net), { units: 2 }));
}

const conv = (net: ConfigBuilder, input = net.input): Output =>
  net.add('Conv2D', { filters: 4, kernel_size: [3, 3], padding: 'same' }, input);

describe.each(Object.entries(tails))('%s', (_, tail) => {
  const kind = tail[0]!.kind === 'ReLU' ? 'rectification' : 'normalization';

  test('every kind of convolution does it; the depthwise half of a separable one is read by the other half', () => {
    const layers = [1, 2, 3, 4].map((number) => `conv2d_${number}`);
    const others = ['depthwiseconv2d_1', 'separableconv2d_1', 'depthwiseconv2d_2', 'conv2d_5', 'dense_1'];
    const expected = [...layers, ...others].map((layer) => `${layer}: ${kind}`);
    expect(finished(finishedKernels({ tail, apart: false }))).toEqual(expected);
  });

  test('none does where a layer stands between', () => {
    expect(finished(finishedKernels({ tail, apart: true }))).toEqual([]);
    expect(finished(finishedBranches({ tail, apart: true }))).toEqual([]);
  });
});

test('what is normalised may have several readers', () => {
  const build = (net: ConfigBuilder): Output => {
    const normal = net.add('BatchNormalization', {}, conv(net));
    return net.add('Add', {}, normal, net.add('ReLU', {}, normal));
  };
  expect(finishedIn(build)).toEqual(['conv2d_1: normalization']);
});

test('not what is not the only reader', () => {
  const build = (net: ConfigBuilder): Output => {
    const x = conv(net);
    return net.add('Add', {}, net.add('BatchNormalization', {}, x), net.add('ReLU', {}, x));
  };
  expect(finishedIn(build)).toEqual([]);
});

test('not a normalisation with a pooling, which comes first, nor one behind another operation', () => {
  const pooled = (net: ConfigBuilder): Output => {
    return net.add('MaxPooling2D', { pool_size: [2, 2] }, net.add('BatchNormalization', {}, conv(net)));
  };
  expect(finishedIn(pooled)).toEqual([]);
  const behind = (net: ConfigBuilder): Output =>
    net.add('BatchNormalization', {}, net.add('AveragePooling2D', { pool_size: [2, 2] }, conv(net)));
  expect(finishedIn(behind)).toEqual([]);
});

test('not behind the output of the model', () => {
  const net = new ConfigBuilder('finishes', [1, 1, 3]);
  const output = net.add('Dense', { units: 2, activation: 'softmax' }, net.add('Flatten', {}, net.input));
  expect(finished(net.finish(output))).toEqual([]);
});
