/** Typed WebAssembly expressions: each holds the bytes that leave its value on the stack. */
import { float32, float64, signed, signed64, unsigned } from './encoding.js';
import { memoryArgument } from './memoryBase.js';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** An expression of one value. Building one has no effect; a function's statements place it. */
export class Expression<T extends ValueType = ValueType> {
  constructor(
    readonly type: T,
    readonly bytes: readonly number[],
  ) {}
}

export type I32 = Expression<'i32'>;
export type I64 = Expression<'i64'>;
export type F32 = Expression<'f32'>;
export type F64 = Expression<'f64'>;
export type V128 = Expression<'v128'>;

type Operation = readonly number[];

function unary<A extends ValueType, R extends ValueType>(result: R, operation: Operation) {
  return (a: Expression<A>): Expression<R> => new Expression(result, [...a.bytes, ...operation]);
}

function binary<A extends ValueType, R extends ValueType>(result: R, operation: Operation) {
  return (a: Expression<A>, b: Expression<A>): Expression<R> =>
    new Expression(result, [...a.bytes, ...b.bytes, ...operation]);
}

/** A load of type `T`; `offset` is in bytes and must not be negative; `align` is log2 of the alignment hint. */
function load<T extends ValueType>(result: T, operation: Operation, align: number) {
  return (address: I32, offset = 0): Expression<T> =>
    new Expression(result, [...address.bytes, ...operation, ...memoryArgument(align, offset)]);
}

/** A SIMD opcode: prefix 0xfd and a LEB128 number. */
const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
const atomic = (code: number): number[] => [0xfe, code];

export const i32 = {
  constant: (value: number): I32 => new Expression('i32', [0x41, ...signed(value | 0)]),
  add: binary<'i32', 'i32'>('i32', [0x6a]),
  subtract: binary<'i32', 'i32'>('i32', [0x6b]),
  multiply: binary<'i32', 'i32'>('i32', [0x6c]),
  and: binary<'i32', 'i32'>('i32', [0x71]),
  shiftLeft: binary<'i32', 'i32'>('i32', [0x74]),
  equal: binary<'i32', 'i32'>('i32', [0x46]),
  notEqual: binary<'i32', 'i32'>('i32', [0x47]),
  lessSigned: binary<'i32', 'i32'>('i32', [0x48]),
  divideUnsigned: binary<'i32', 'i32'>('i32', [0x6e]),
  lessUnsigned: binary<'i32', 'i32'>('i32', [0x49]),
  greaterOrEqualSigned: binary<'i32', 'i32'>('i32', [0x4e]),
  load: load('i32', [0x28], 2),
  /** Towards zero; NaN gives 0. */
  truncateF64: unary<'f64', 'i32'>('i32', [0xfc, 0x02]),
  minimum: (a: I32, b: I32): I32 => new Expression('i32', [...a.bytes, ...b.bytes, ...a.bytes, ...b.bytes, 0x48, 0x1b]),
  atomicLoad: load('i32', atomic(0x10), 2),
  atomicAdd: (address: I32, offset: number, value: I32): I32 =>
    new Expression('i32', [...address.bytes, ...value.bytes, ...atomic(0x1e), ...memoryArgument(2, offset)]),
  /** Sleeps while the word `at` holds `expected`, for `nanoseconds` at most; 2 when they are over. */
  atomicWait: (at: { address: I32; offset: number }, expected: I32, nanoseconds: bigint): I32 =>
    new Expression('i32', [
      ...at.address.bytes,
      ...expected.bytes,
      ...i64.constant(nanoseconds).bytes,
      ...atomic(0x01),
      ...memoryArgument(2, at.offset),
    ]),
  atomicNotify: (address: I32, offset: number, count: I32): I32 =>
    new Expression('i32', [...address.bytes, ...count.bytes, ...atomic(0x00), ...memoryArgument(2, offset)]),
};

export const i64 = {
  constant: (value: bigint): I64 => new Expression('i64', [0x42, ...signed64(value)]),
  add: binary<'i64', 'i64'>('i64', [0x7c]),
  subtract: binary<'i64', 'i64'>('i64', [0x7d]),
  shiftLeft: binary<'i64', 'i64'>('i64', [0x86]),
  shiftRightSigned: binary<'i64', 'i64'>('i64', [0x87]),
  fromI32: unary<'i32', 'i64'>('i64', [0xac]),
  reinterpretF64: unary<'f64', 'i64'>('i64', [0xbd]),
};

export const f32 = {
  constant: (value: number): F32 => new Expression('f32', [0x43, ...float32(value)]),
  load: load('f32', [0x2a], 2),
  add: binary<'f32', 'f32'>('f32', [0x92]),
  multiply: binary<'f32', 'f32'>('f32', [0x94]),
  fromF64: unary<'f64', 'f32'>('f32', [0xb6]),
  lane: (vector: V128, lane: number): F32 => new Expression('f32', [...vector.bytes, ...simd(0x1f), lane]),
};

export const f64 = {
  constant: (value: number): F64 => new Expression('f64', [0x44, ...float64(value)]),
  load: load('f64', [0x2b], 3),
  add: binary<'f64', 'f64'>('f64', [0xa0]),
  subtract: binary<'f64', 'f64'>('f64', [0xa1]),
  multiply: binary<'f64', 'f64'>('f64', [0xa2]),
  divide: binary<'f64', 'f64'>('f64', [0xa3]),
  maximum: binary<'f64', 'f64'>('f64', [0xa5]),
  squareRoot: unary<'f64', 'f64'>('f64', [0x9f]),
  nearest: unary<'f64', 'f64'>('f64', [0x9e]),
  fromF32: unary<'f32', 'f64'>('f64', [0xbb]),
  fromI32: unary<'i32', 'f64'>('f64', [0xb7]),
  fromI64: unary<'i64', 'f64'>('f64', [0xb9]),
  reinterpretI64: unary<'i64', 'f64'>('f64', [0xbf]),
  greater: binary<'f64', 'i32'>('i32', [0x64]),
};

/** Four single-precision lanes. */
export const f32x4 = {
  splat: unary<'f32', 'v128'>('v128', simd(0x13)),
  constant: (value: number): V128 => {
    const lane = float32(value);
    return new Expression('v128', [...simd(0x0c), ...lane, ...lane, ...lane, ...lane]);
  },
  load: load('v128', simd(0x00), 2),
  /** One float in all four lanes. */
  loadSplat: load('v128', simd(0x09), 2),
  add: binary<'v128', 'v128'>('v128', simd(0xe4)),
  subtract: binary<'v128', 'v128'>('v128', simd(0xe5)),
  multiply: binary<'v128', 'v128'>('v128', simd(0xe6)),
  divide: binary<'v128', 'v128'>('v128', simd(0xe7)),
  squareRoot: unary<'v128', 'v128'>('v128', simd(0xe3)),
  /** `a * b + c`, with one rounding or two: relaxed SIMD leaves the choice to the machine. */
  relaxedMultiplyAdd: (a: V128, b: V128, c: V128): V128 =>
    new Expression('v128', [...a.bytes, ...b.bytes, ...c.bytes, ...simd(0x105)]),
  /** `a < b ? b : a`: a single machine instruction; NaN in a stays, NaN in b is lost. */
  pseudoMaximum: binary<'v128', 'v128'>('v128', simd(0xeb)),
  /** `b < a ? b : a`. */
  pseudoMinimum: binary<'v128', 'v128'>('v128', simd(0xea)),
  greater: binary<'v128', 'v128'>('v128', simd(0x44)),
  less: binary<'v128', 'v128'>('v128', simd(0x43)),
};

function vectorOf(lanes: Int32Array): V128 {
  return new Expression('v128', [...simd(0x0c), ...new Uint8Array(lanes.buffer)]);
}

/** Four 32-bit integer lanes. */
export const i32x4 = {
  splat: unary<'i32', 'v128'>('v128', simd(0x11)),
  /** One integer in all four lanes. */
  constant: (value: number): V128 => vectorOf(Int32Array.of(value, value, value, value)),
  /** 0, 1, 2, 3. */
  laneNumbers: (): V128 => vectorOf(Int32Array.of(0, 1, 2, 3)),
  add: binary<'v128', 'v128'>('v128', simd(0xae)),
  multiply: binary<'v128', 'v128'>('v128', simd(0xb5)),
  maximum: binary<'v128', 'v128'>('v128', simd(0xb8)),
  greaterUnsigned: binary<'v128', 'v128'>('v128', simd(0x3c)),
  shiftRightUnsigned: (a: V128, bits: number): V128 =>
    new Expression('v128', [...a.bytes, ...i32.constant(bits).bytes, ...simd(0xad)]),
  lane: (vector: V128, lane: number): I32 => new Expression('i32', [...vector.bytes, ...simd(0x1b), lane]),
};

/** Two double-precision lanes. */
export const f64x2 = {
  splat: unary<'f64', 'v128'>('v128', simd(0x14)),
  constants: (a: number, b: number): V128 => new Expression('v128', [...simd(0x0c), ...float64(a), ...float64(b)]),
  load: load('v128', simd(0x00), 3),
  add: binary<'v128', 'v128'>('v128', simd(0xf0)),
  subtract: binary<'v128', 'v128'>('v128', simd(0xf1)),
  multiply: binary<'v128', 'v128'>('v128', simd(0xf2)),
  divide: binary<'v128', 'v128'>('v128', simd(0xf3)),
  floor: unary<'v128', 'v128'>('v128', simd(0x75)),
  /** `b < a ? b : a`. */
  pseudoMinimum: binary<'v128', 'v128'>('v128', simd(0xf6)),
  /** `a < b ? b : a`. */
  pseudoMaximum: binary<'v128', 'v128'>('v128', simd(0xf7)),
  /** The two low 32-bit integer lanes. */
  fromLowI32: unary<'v128', 'v128'>('v128', simd(0xfe)),
  /** The two high 32-bit integer lanes. */
  fromHighI32: (a: V128): V128 => f64x2.fromLowI32(swapHalves(a)),
  /** Rounded to two low single-precision lanes; the high ones are 0. */
  demote: unary<'v128', 'v128'>('v128', simd(0x5e)),
  /** The two low single-precision lanes, widened. */
  promoteLow: unary<'v128', 'v128'>('v128', simd(0x5f)),
  /** The two high single-precision lanes, widened. */
  promoteHigh: (a: V128): V128 => f64x2.promoteLow(swapHalves(a)),
};

/** Eight 16-bit integer lanes. */
export const i16x8 = {
  /** `vector` with two bytes of memory as its lane `lane`. */
  loadLane: (address: I32, offset: number, into: { vector: V128; lane: number }): V128 =>
    new Expression('v128', [
      ...address.bytes,
      ...into.vector.bytes,
      ...simd(0x55),
      ...memoryArgument(0, offset),
      into.lane,
    ]),
  /** The eight low bytes, as 0 .. 255. */
  fromLowBytes: unary<'v128', 'v128'>('v128', simd(0x89)),
  /** Products of neighbouring lanes, summed by twos to four 32-bit lanes. */
  dot: binary<'v128', 'v128'>('v128', simd(0xba)),
};

/** The high half low, and the low half high. */
function swapHalves(a: V128): V128 {
  const order = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
  return new Expression('v128', [...a.bytes, ...a.bytes, ...simd(0x0d), ...order]);
}

export const v128 = {
  and: binary<'v128', 'v128'>('v128', simd(0x4e)),
  andNot: binary<'v128', 'v128'>('v128', simd(0x4f)),
  xor: binary<'v128', 'v128'>('v128', simd(0x51)),
  zero: (): V128 => i32x4.constant(0),
};
