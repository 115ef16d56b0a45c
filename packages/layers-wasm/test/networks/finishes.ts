/** What stands behind a convolution in every kind of kernel, where inference lets the kernel do its work, and where it cannot. */
import { ConfigBuilder, classify, type Output, type TestNetwork } from '../configBuilder.js';

/** Layers behind each convolution, in order. */
export type Tail = readonly { readonly kind: string; readonly config: Record<string, unknown> }[];

const normal = { kind: 'BatchNormalization', config: {} };
const relu = { kind: 'ReLU', config: {} };

export const tails: Readonly<Record<string, Tail>> = {
  normalised: [normal],
  'normalised and rectified': [normal, relu],
  'normalised without weights, rectified up to a ceiling': [
    { kind: 'BatchNormalization', config: { scale: false, center: false } },
    { kind: 'ReLU', config: { max_value: 0.75 } },
  ],
  rectified: [relu],
};

export interface FinishOptions {
  readonly tail: Tail;
  /** A Dropout stands behind each convolution and in front of the pooling: inference passes it over, and does nothing at once. */
  readonly apart: boolean;
}

/** Adds layers to a network, each with the tail behind it. */
function adderTo(net: ConfigBuilder, { tail, apart }: FinishOptions) {
  return (kind: string, config: Record<string, unknown>, input: Output): Output => {
    const x = net.add(kind, config, input);
    const start = apart ? net.add('Dropout', { rate: 0.5 }, x) : x;
    return tail.reduce((output, one) => net.add(one.kind, one.config, output), start);
  };
}

/** Direct convolutions with and without bias, minimal filters, whole and split, both kinds of depthwise convolution, Dense. */
export function finishedKernels(options: FinishOptions): TestNetwork {
  const net = new ConfigBuilder('finishedKernels', [17, 15, 3]);
  const add = adderTo(net, options);
  const same = { kernel_size: [3, 3], padding: 'same' };
  let x = add('Conv2D', { ...same, filters: 5 }, net.input);
  x = add('Conv2D', { kernel_size: [1, 1], filters: 12, use_bias: false }, x);
  x = add('Conv2D', { ...same, filters: 20, use_bias: false }, x);
  x = add('Conv2D', { ...same, filters: 8, strides: [2, 2] }, x);
  x = add('DepthwiseConv2D', { ...same, use_bias: false }, x);
  x = add('SeparableConv2D', { ...same, filters: 28 }, x);
  x = add('DepthwiseConv2D', { ...same, strides: [2, 2] }, x);
  x = add('Conv2D', { kernel_size: [2, 2], filters: 6, strides: [2, 2], padding: 'same' }, x);
  x = add('Dense', { units: 9, use_bias: false }, net.add('Flatten', {}, x));
  return net.finish(net.add('Dense', { units: 4, activation: 'softmax' }, x));
}

/** Normalisations that two read, that are added, that read what another reads too, and that poolings follow. */
export function finishedBranches(options: FinishOptions): TestNetwork {
  const net = new ConfigBuilder('finishedBranches', [12, 10, 3]);
  const add = adderTo(net, options);
  const same = { kernel_size: [3, 3], padding: 'same' };
  const shared = add('Conv2D', { ...same, filters: 8 }, net.input);
  const deep = add('Conv2D', { ...same, filters: 8, use_bias: false }, shared);
  const sum = net.add('ReLU', {}, net.add('Add', {}, deep, shared));
  const readTwice = net.add('Conv2D', { ...same, filters: 8 }, sum);
  const normals = [1, 2].map(() => net.add('BatchNormalization', {}, readTwice));
  const joined = net.add('Add', {}, ...normals, readTwice);
  const last = add('Conv2D', { ...same, filters: 8 }, joined);
  const unpooled = options.apart ? net.add('Dropout', { rate: 0.5 }, last) : last;
  const pooled = net.add('MaxPooling2D', { pool_size: [3, 3], strides: [2, 2] }, unpooled);
  return classify(net, pooled, { units: 3 });
}
