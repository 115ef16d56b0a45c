/**
 * GFLOP/s of single layers on one thread, forward and backward, batch 32; milliseconds where operations are not what takes the time.
 * usage: node packages/layers-wasm/dist/bench/kernels.js [--fast] [--wide] [--steps 20]
 */
import { parseArgs } from 'node:util';
import { compile } from '../src/index.js';
import type { ProfileEntry } from '../src/types.js';
import { ConfigBuilder, type TestNetwork } from '../test/configBuilder.js';
import { Sequence } from '../test/sequence.js';

const options = {
  fast: { type: 'boolean', default: false },
  wide: { type: 'boolean', default: false },
  steps: { type: 'string', default: '20' },
} as const;
const { values } = parseArgs({ options });
const batchSize = 32;
const same = { padding: 'same', use_bias: false };

interface Layer {
  readonly className: string;
  /** 0 = none. */
  readonly window: number;
  readonly strides?: number;
  readonly filters?: number;
  /** Height and width, and channels, of the images in front of it. */
  readonly size: number;
  readonly channels: number;
}

const layers: readonly Layer[] = [
  { className: 'Conv2D', window: 1, filters: 32, size: 48, channels: 16 },
  { className: 'Conv2D', window: 1, filters: 64, size: 24, channels: 64 },
  { className: 'Conv2D', window: 1, filters: 128, size: 12, channels: 128 },
  { className: 'Conv2D', window: 3, filters: 8, size: 48, channels: 8 },
  { className: 'Conv2D', window: 3, filters: 64, size: 24, channels: 64 },
  { className: 'Conv2D', window: 3, filters: 128, size: 12, channels: 128 },
  { className: 'Conv2D', window: 7, filters: 16, size: 48, channels: 16 },
  { className: 'Conv2D', window: 5, strides: 2, filters: 16, size: 48, channels: 16 },
  { className: 'Conv2D', window: 3, strides: 2, filters: 128, size: 24, channels: 64 },
  { className: 'DepthwiseConv2D', window: 3, size: 48, channels: 16 },
  { className: 'DepthwiseConv2D', window: 3, size: 24, channels: 64 },
  { className: 'DepthwiseConv2D', window: 3, size: 12, channels: 128 },
  { className: 'BatchNormalization', window: 0, size: 48, channels: 16 },
  { className: 'BatchNormalization', window: 0, size: 12, channels: 128 },
];

/** The layer behind a convolution, which makes it need an input gradient. */
function networkOf({ className, window, strides = 1, filters, size, channels }: Layer): TestNetwork {
  const builder = new ConfigBuilder('kernels', [size, size, 1]);
  const images = builder.add('Conv2D', { ...same, filters: channels, kernel_size: [1, 1] }, builder.input);
  const convolution = { ...same, filters, kernel_size: [window, window], strides: [strides, strides] };
  const measured = builder.add(className, { ...(window > 0 && convolution), name: 'measured' }, images);
  const pooled = builder.add('GlobalAveragePooling2D', {}, measured);
  return builder.finish(builder.add('Dense', { units: 2, activation: 'softmax' }, pooled));
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

/** Median rate or time of each kind of work of the layer. */
function rates(profiles: readonly (readonly ProfileEntry[])[]): string[] {
  return profiles[0]!.map(({ kernel, pass, flops }) => {
    const same = profiles.flat().filter((entry) => entry.kernel === kernel && entry.pass === pass);
    const milliseconds = median(same.map((entry) => entry.milliseconds));
    const rate = `${((flops * batchSize) / milliseconds / 1e6).toFixed(1)} GFLOP/s`;
    return `${pass} ${kernel} ${flops > 0 ? rate : `${milliseconds.toFixed(2)} ms`}`;
  });
}

for (const layer of layers) {
  const { className, window, strides = 1, filters, size, channels } = layer;
  const { config, weights } = networkOf(layer);
  const { fast, wide } = values;
  const compiled = await compile(config, weights, { batchSize, threads: 1, profile: true, fast, wide });
  const images = new Sequence('images').values(batchSize * size * size, { spread: 1 });
  const batch = { images, labels: new Uint8Array(batchSize), count: batchSize, learningRate: 1e-4 };
  const profiles: (readonly ProfileEntry[])[] = [];
  for (let step = -3; step < Number(values.steps); step++) {
    compiled.trainStep(batch);
    const profile = compiled.readProfile().filter((entry) => entry.layer === 'measured');
    if (step >= 0) profiles.push(profile);
  }
  const what = window > 0 ? `${className} ${window}x${window}${strides > 1 ? ` by ${strides}` : ''}` : className;
  const to = filters === undefined ? '' : ` to ${filters}`;
  console.log([`${what}, ${size}x${size}x${channels}${to}`, ...rates(profiles)].join('\n  '));
  await compiled.close();
}
