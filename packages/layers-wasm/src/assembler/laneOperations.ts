/** What each vector instruction of this assembler does to one of its lanes, in instructions of 32 and 64 bits. */
import { signed } from './encoding.js';

/** Instructions that leave one value on the stack. */
export type Code = readonly number[];

/** Lanes are kept as f32: the bits of one as an i32. */
export const bitsOf = (lane: Code): Code => [...lane, 0xbc];
/** The lane of these bits. */
export const fromBits = (bits: Code): Code => [...bits, 0xbe];

const i64Constant32 = [0x42, 32];
const select = 0x1b;

const operate =
  (operation: number) =>
  (a: Code, b: Code): Code => [...a, ...b, operation];
const onBits =
  (operation: number) =>
  (a: Code, b: Code): Code =>
    fromBits([...bitsOf(a), ...bitsOf(b), operation]);
/** All ones where true: 0 - 1. */
const mask = (comparison: Code): Code => fromBits([0x41, 0, ...comparison, 0x6b]);

/** By opcode behind the prefix 0xfd. */
export const unaryLanes: ReadonlyMap<number, (a: Code) => Code> = new Map([
  [0xe3, (a: Code): Code => [...a, 0x91]], // f32x4.sqrt
]);

/** By opcode behind the prefix 0xfd. */
export const binaryLanes: ReadonlyMap<number, (a: Code, b: Code) => Code> = new Map([
  [0xe4, operate(0x92)], // f32x4.add
  [0xe5, operate(0x93)], // f32x4.sub
  [0xe6, operate(0x94)], // f32x4.mul
  [0xe7, operate(0x95)], // f32x4.div
  [0xeb, (a: Code, b: Code): Code => [...b, ...a, ...a, ...b, 0x5d, select]], // f32x4.pmax: a < b ? b : a
  [0xea, (a: Code, b: Code): Code => [...b, ...a, ...b, ...a, 0x5d, select]], // f32x4.pmin: b < a ? b : a
  [0x44, (a: Code, b: Code): Code => mask([...a, ...b, 0x5e])], // f32x4.gt
  [0x43, (a: Code, b: Code): Code => mask([...a, ...b, 0x5d])], // f32x4.lt
  [0xae, onBits(0x6a)], // i32x4.add
  [0xb5, onBits(0x6c)], // i32x4.mul
  [0xb8, (a: Code, b: Code): Code => [...a, ...b, ...bitsOf(a), ...bitsOf(b), 0x4a, select]], // i32x4.max_s
  [0x3c, (a: Code, b: Code): Code => mask([...bitsOf(a), ...bitsOf(b), 0x4b])], // i32x4.gt_u
  [0x4e, onBits(0x71)], // v128.and
  [0x4f, (a: Code, b: Code): Code => fromBits([...bitsOf(a), ...bitsOf(b), 0x41, ...signed(-1), 0x73, 0x71])], // v128.andnot
  [0x51, onBits(0x73)], // v128.xor
]);

/** i32x4.shr_u: `bits` leaves the i32 to shift by. */
export const shiftRightUnsigned = (lane: Code, bits: Code): Code => fromBits([...bitsOf(lane), ...bits, 0x76]);

/** Instructions on two f64 lanes; each is two lanes of 32 bits, the lower half first. */
export const binaryDoubles: ReadonlyMap<number, (a: Code, b: Code) => Code> = new Map([
  [0xf0, operate(0xa0)], // f64x2.add
  [0xf2, operate(0xa2)], // f64x2.mul
]);

/** The f64 in two lanes. */
export const joined = (low: Code, high: Code): Code => [
  ...[...bitsOf(low), 0xad],
  ...[...bitsOf(high), 0xad, ...i64Constant32, 0x86],
  ...[0x84, 0xbf],
];

/** The bits of an f64 as an i64, and from that its lower and higher lane. */
export const halves = {
  bits: (double: Code): Code => [...double, 0xbd],
  low: (bits: Code): Code => fromBits([...bits, 0xa7]),
  high: (bits: Code): Code => fromBits([...bits, ...i64Constant32, 0x88, 0xa7]),
};

/** The f32 of a lane as an f64. */
export const promoted = (lane: Code): Code => [...lane, 0xbb];
