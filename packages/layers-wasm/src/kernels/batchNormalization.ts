/** The per-channel arithmetic of BatchNormalization between two passes over the pixels (Ioffe and Szegedy 2015), in double precision. */
import { f32, f64, i32, type F64, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import { sumOverChunks } from './chunkSums.js';

/** Addresses of a BatchNormalization, in bytes; `undefined` where the layer has no such weight. */
export interface NormalizationMemory {
  /** Channels with padding; the addresses below hold so many values. */
  readonly channels: number;
  readonly epsilon: number;
  readonly momentum: number;
  /** Single precision. */
  readonly gamma: number | undefined;
  readonly beta: number | undefined;
  readonly movingMean: number;
  readonly movingVariance: number;
  readonly scale: number;
  readonly shift: number;
  /** Coefficients of the input gradient: a, b and c, one behind the other. */
  readonly coefficients: number;
  /** Double precision: mean and 1 / sqrt(variance + epsilon) of the batch. */
  readonly mean: number;
  readonly inverse: number;
  /** Sums of the first chunk, double precision: x, x * x, gradient, gradient * x. */
  readonly sums: number;
  /** Bytes from the sums of one chunk to those of the next. */
  readonly chunkBytes: number;
}

/** The same with the addresses, single precision, that the gradients of gamma and beta are written to. */
export interface NormalizationGradientMemory extends NormalizationMemory {
  readonly gammaGradient: number | undefined;
  readonly betaGradient: number | undefined;
}

/** How many values and chunks the sums are over. */
export interface Population {
  /** Values per channel, as an f64 expression. */
  readonly values: F64;
  readonly chunks: I32;
}

/** Per channel, a function of the byte offset of its single- and double-precision values. */
function eachChannel(f: FunctionBuilder, channels: number, body: (single: Local<'i32'>, double: I32) => void): void {
  f.stride(channels * 4, 4, (single) => body(single, i32.shiftLeft(single, i32.constant(1))));
}

/** A function of the index of one of a channel's four sums, which it adds up over the chunks. */
function totalOver(
  f: FunctionBuilder,
  { sums, channels, chunkBytes }: NormalizationMemory,
  { double, chunks }: { double: I32; chunks: I32 },
): (part: number) => Local<'f64'> {
  return (part) => {
    const first = i32.add(i32.constant(sums + part * channels * 8), double);
    return sumOverChunks(f, first, { chunks, chunkBytes });
  };
}

const loadSingle = (base: number | undefined, offset: I32, absent: number): F64 =>
  base === undefined ? f64.constant(absent) : f64.fromF32(f32.load(offset, base));

function storeScaleAndShift(
  f: FunctionBuilder,
  memory: NormalizationMemory,
  at: { single: I32; mean: F64; inverse: F64 },
): void {
  const scale = f.let(f64.multiply(loadSingle(memory.gamma, at.single, 1), at.inverse));
  const beta = loadSingle(memory.beta, at.single, 0);
  f.store(at.single, f32.fromF64(scale), memory.scale);
  f.store(at.single, f32.fromF64(f64.subtract(beta, f64.multiply(at.mean, scale))), memory.shift);
}

const inverseOf = (variance: F64, epsilon: number): F64 =>
  f64.divide(f64.constant(1), f64.squareRoot(f64.add(variance, f64.constant(epsilon))));

/** Batch statistics to scale and shift, and into the moving averages (biased variance, as Keras 3). */
export function emitBatchStatistics(f: FunctionBuilder, memory: NormalizationMemory, population: Population): void {
  eachChannel(f, memory.channels, (single, double) => {
    const total = totalOver(f, memory, { double, chunks: population.chunks });
    const mean = f.let(f64.divide(total(0), population.values));
    const square = f64.divide(total(1), population.values);
    const variance = f.let(f64.maximum(f64.subtract(square, f64.multiply(mean, mean)), f64.constant(0)));
    const inverse = f.let(inverseOf(variance, memory.epsilon));
    f.store(double, mean, memory.mean);
    f.store(double, inverse, memory.inverse);
    storeScaleAndShift(f, memory, { single, mean, inverse });
    const move = (address: number, value: F64): void => {
      const kept = f64.multiply(f64.fromF32(f32.load(single, address)), f64.constant(memory.momentum));
      f.store(single, f32.fromF64(f64.add(kept, f64.multiply(value, f64.constant(1 - memory.momentum)))), address);
    };
    move(memory.movingMean, mean);
    move(memory.movingVariance, variance);
  });
}

/** Moving averages to scale and shift, for inference. */
export function emitMovingStatistics(f: FunctionBuilder, memory: NormalizationMemory): void {
  eachChannel(f, memory.channels, (single) => {
    const mean = f.let(f64.fromF32(f32.load(single, memory.movingMean)));
    const inverse = f.let(inverseOf(f64.fromF32(f32.load(single, memory.movingVariance)), memory.epsilon));
    storeScaleAndShift(f, memory, { single, mean, inverse });
  });
}

/**
 * Gradient sums to the gradients of gamma and beta and the coefficients of the input gradient
 * `dx = a * g + b * x + c`, with `a = gamma * inverse`, `b = -a * inverse * dGamma / n`, `c = -a * dBeta / n - b * mean`.
 */
export function emitGradientStatistics(
  f: FunctionBuilder,
  memory: NormalizationGradientMemory,
  population: Population,
): void {
  eachChannel(f, memory.channels, (single, double) => {
    const total = totalOver(f, memory, { double, chunks: population.chunks });
    const sum = total(2);
    const products = total(3);
    const mean = f.let(f64.load(double, memory.mean));
    const inverse = f.let(f64.load(double, memory.inverse));
    const gammaGradient = f.let(f64.multiply(f64.subtract(products, f64.multiply(mean, sum)), inverse));
    if (memory.gammaGradient !== undefined) f.store(single, f32.fromF64(gammaGradient), memory.gammaGradient);
    if (memory.betaGradient !== undefined) f.store(single, f32.fromF64(sum), memory.betaGradient);
    const a = f.let(f64.multiply(loadSingle(memory.gamma, single, 1), inverse));
    const negative = f.let(f64.divide(f64.multiply(a, f64.constant(-1)), population.values));
    const b = f.let(f64.multiply(f64.multiply(negative, inverse), gammaGradient));
    const c = f64.subtract(f64.multiply(negative, sum), f64.multiply(b, mean));
    const channelBytes = memory.channels * 4;
    f.store(single, f32.fromF64(a), memory.coefficients);
    f.store(single, f32.fromF64(b), memory.coefficients + channelBytes);
    f.store(single, f32.fromF64(c), memory.coefficients + 2 * channelBytes);
  });
}
