/** What `fer bench` prints: which code ran, times, memory, and with --profile the tables of where the time goes. */
import type { BenchHost, BenchResult } from '../../src/bench/benchmark.js';
import type { Cost, StepProfile } from '../../src/bench/profile.js';
import type { Timing } from '../../src/bench/timing.js';
import type { EngineBuild } from '../../src/engine/inspection.js';
import { formatCount } from '../../src/eval/decimals.js';
import { formatTable } from '../terminal/table.js';

/** The result as lines for a terminal. */
export function formatBenchmark(result: BenchResult): string {
  const { config, engine, host, parameters, build, profile } = result;
  const what = `${config.arch}, 48x48x1, ${formatCount(parameters)} parameters, batch ${formatCount(config.batchSize)}`;
  return [
    `${what}: ${build ? describeCode(build) : describeEngine(engine)}`,
    describeHost(host),
    '',
    formatTable(timingRows(result)),
    ...(build ? ['', describeMemory(build)] : []),
    ...(profile ? ['', formatProfile(profile)] : []),
  ].join('\n');
}

/** Which code ran: `2 threads, 256-bit vectors, strict rounding`. */
export function describeCode({ threads, simd, wide, fast }: EngineBuild): string {
  const vectors = !simd ? 'no vectors' : wide ? '256-bit vectors' : '128-bit vectors';
  const rounding = fast ? 'relaxed rounding' : 'strict rounding';
  return `${threads} ${threads === 1 ? 'thread' : 'threads'}, ${vectors}, ${rounding}`;
}

/** Of an engine that does not tell its code: `cuda on NVIDIA H200`. */
function describeEngine({ name, device }: BenchResult['engine']): string {
  return device === undefined ? name : `${name} on ${device}`;
}

function describeHost({ node, v8, platform, architecture, processor, processors }: BenchHost): string {
  const counted = `${processors} ${processors === 1 ? 'processor' : 'processors'}`;
  return `Node ${node} (V8 ${v8}) on ${platform} ${architecture}, ${counted}: ${processor}`;
}

function timingRows({ config, trainingStep, inference, singleImage }: BenchResult): string[][] {
  const row = (name: string, timing: Timing | undefined): string[][] => {
    if (!timing) return [];
    const { lower, median, upper } = timing.milliseconds;
    const cells = [median, lower, upper].map(formatMilliseconds);
    return [[name, ...cells, formatCount(Math.round(timing.imagesPerSecond))]];
  };
  return [
    ['milliseconds', 'median', 'lower quartile', 'upper quartile', 'images/s'],
    ...row('training step', trainingStep),
    ...row(`inference of ${formatCount(config.batchSize)}`, inference),
    ...row('inference of 1', singleImage),
  ];
}

function describeMemory({ memory, codeBytes }: EngineBuild): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const { total, tensors, partialSums, batch, optimizer, weights, scratch } = memory;
  return [
    `Memory ${megabytes(total)} MB: tensors of the batch ${megabytes(tensors)}, partial sums ${megabytes(partialSums)},`,
    `images and outputs ${megabytes(batch)}, gradients and optimizer ${megabytes(optimizer)}, weights ${megabytes(weights)},`,
    `scratch of all threads ${megabytes(scratch)}. Code ${formatCount(Math.round(codeBytes / 1000))} kB.`,
  ].join('\n');
}

function formatProfile({ kernels, layers }: StepProfile): string {
  const total = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const share = (milliseconds: number): string => `${((100 * milliseconds) / total).toFixed(1)} %`;
  const kernelRows = kernels.map((cost) => [cost.kernel, ...costCells(cost), share(cost.milliseconds)]);
  const layerRows = layers.map(({ layer, forward, backward }) => {
    const both = share(forward.milliseconds + backward.milliseconds);
    return [layer === '' ? '(no layer)' : layer, ...costCells(forward), ...costCells(backward), both];
  });
  return [
    formatTable([['kind of work', 'ms', 'GFLOP/s', 'share'], ...kernelRows]),
    '',
    formatTable([['layer', 'forward ms', 'GFLOP/s', 'backward ms', 'GFLOP/s', 'share'], ...layerRows]),
  ].join('\n');
}

function costCells({ milliseconds, gigaflops }: Cost): string[] {
  return [milliseconds === 0 ? '' : milliseconds.toFixed(2), gigaflops === null ? '' : gigaflops.toFixed(1)];
}

/** Two decimals below 10 ms, one below 100, none above. */
function formatMilliseconds(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 9.995 ? 2 : milliseconds < 99.95 ? 1 : 0);
}
