/** Every vector instruction of the assembler, as lanes: the same bits, also of NaN, infinities, both zeros and subnormal numbers. */
import { describe, expect, test } from '@jest/globals';
import { Expression, f32, f32x4, f64, f64x2, i32, i32x4, v128, type V128 } from '../../src/assembler/expression.js';
import type { FunctionBuilder } from '../../src/assembler/functionBuilder.js';
import { memoryBase } from '../../src/assembler/memoryBase.js';
import { ModuleBuilder } from '../../src/assembler/moduleBuilder.js';

const floats = [1.5, -2.25, 0, -0, Infinity, -Infinity, NaN, 1e-40, -1e-40, 3.4e38, 1, 2 ** -24];
const words = [0, 1, -1, 0x7fffffff, -0x80000000, 0x7f800001, -0x55555556, 12345];

/** Runs `emit` in both builds on a memory that holds `input` from 0; what is stored from 1024 on must agree, and is returned. */
function run(input: ArrayBufferView, emit: (f: FunctionBuilder) => void): Int32Array {
  const results = [true, false].map((simd) => {
    const module = new ModuleBuilder();
    const f = module.function('run', ['i32']);
    module.export(f);
    emit(f);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    new Uint8Array(memory.buffer, memoryBase).set(new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
    const bytes = module.encode({ pages: 1, shared: false, simd });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    (instance.exports.run as (argument: number) => void)(0);
    return new Int32Array(memory.buffer, memoryBase + 1024, 1024).slice();
  });
  expect(results[1]).toEqual(results[0]);
  return results[1]!;
}

/** Applies an operation to all pairs of vectors of four neighbours of `input`, and stores the results one behind the other. */
function onPairs(input: Float32Array | Int32Array, operation: (a: V128, b: V128) => V128): Int32Array {
  return run(input, (f) => {
    let target = 1024;
    for (let i = 0; i + 4 <= input.length; i++) {
      for (let j = 0; j + 4 <= input.length; j += 3) {
        f.store(i32.constant(target), operation(f32x4.load(i32.constant(i * 4)), f32x4.load(f.argument(0), j * 4)));
        target += 16;
      }
    }
  });
}

describe('numbers', () => {
  test.each<[string, (a: V128, b: V128) => V128]>([
    ['f32x4.add', f32x4.add],
    ['f32x4.subtract', f32x4.subtract],
    ['f32x4.multiply', f32x4.multiply],
    ['f32x4.divide', f32x4.divide],
    ['f32x4.squareRoot', (a) => f32x4.squareRoot(a)],
    ['f32x4.pseudoMaximum', f32x4.pseudoMaximum],
    ['f32x4.pseudoMinimum', f32x4.pseudoMinimum],
    ['f32x4.greater', f32x4.greater],
    ['f32x4.less', f32x4.less],
    ['f64x2.promoteLow', (a) => f64x2.promoteLow(a)],
    ['f64x2.promoteHigh', (a) => f64x2.promoteHigh(a)],
    ['f64x2.add', (a, b) => f64x2.add(f64x2.promoteLow(a), f64x2.promoteHigh(b))],
    ['f32.lane', (a, b) => f32x4.splat(f32.add(f32.lane(a, 3), f32.lane(b, 1)))],
    [
      'splats',
      (a, b) => f32x4.multiply(f32x4.loadSplat(i32.constant(4)), f32x4.add(f32x4.constant(0.1), f32x4.add(a, b))),
    ],
  ])('%s', (_, operation) => {
    const results = onPairs(Float32Array.from(floats), operation);
    expect(results.some((word) => word !== 0)).toBe(true);
  });
});

describe('bits', () => {
  test.each<[string, (a: V128, b: V128) => V128]>([
    ['i32x4.add', i32x4.add],
    ['i32x4.multiply', i32x4.multiply],
    ['i32x4.maximum', i32x4.maximum],
    ['i32x4.greaterUnsigned', i32x4.greaterUnsigned],
    ['i32x4.shiftRightUnsigned', (a) => i32x4.shiftRightUnsigned(a, 9)],
    ['i32x4.lane', (a) => i32x4.splat(i32x4.lane(a, 2))],
    ['i32x4.constant', (a) => v128.xor(a, i32x4.constant(0x7f800001))],
    ['i32x4.laneNumbers', (a) => v128.xor(a, i32x4.laneNumbers())],
    ['v128.and', v128.and],
    ['v128.andNot', v128.andNot],
    ['v128.xor', v128.xor],
    ['moved only', (a) => a],
  ])('%s', (_, operation) => {
    const results = onPairs(Int32Array.from(words), operation);
    expect(results.some((word) => word !== 0)).toBe(true);
  });
});

describe('where vectors are kept', () => {
  const one = i32x4.constant(1);

  test('locals start at zero and keep their value around a loop', () => {
    const sums = run(new Int32Array(4), (f) => {
      const sum = f.local('v128');
      f.repeat(5, () => f.set(sum, i32x4.add(sum, one)));
      f.store(i32.constant(1024), sum);
    });
    expect([...sums.subarray(0, 5)]).toEqual([5, 5, 5, 5, 0]);
  });

  test('a value that was read from a local before that changes', () => {
    const stored = run(Int32Array.of(1, 2, 3, 4), (f) => {
      const local = f.let(f32x4.load(i32.constant(0)));
      const change = [...one.bytes, 0x21, local.index]; // local.set
      f.store(i32.constant(1024), new Expression('v128', [...local.bytes, ...change]));
      f.store(i32.constant(1040), local);
    });
    expect([...stored.subarray(0, 8)]).toEqual([1, 2, 3, 4, 1, 1, 1, 1]);
  });

  test('an address that is computed, between numbers of other types', () => {
    const stored = run(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), (f) => {
      const wide = f.let(f64.constant(0.5));
      const vector = f.let(f32x4.load(i32.add(f.argument(0), i32.constant(8)), 8));
      f.store(i32.add(i32.constant(1000), i32.constant(8)), f32x4.add(vector, f32x4.splat(f32.fromF64(wide))), 16);
    });
    expect([...new Float32Array(stored.buffer, 0, 4)]).toEqual([5.5, 6.5, 7.5, 8.5]);
  });
});

describe('what has no scalar form is refused', () => {
  const vector = f32x4.constant(1);
  test.each<[string, RegExp, (f: FunctionBuilder) => void]>([
    ['an unknown instruction', /0x105/, (f) => f.drop(new Expression('v128', [...vector.bytes, 0xfd, 0x85, 0x02]))],
    ['a vector that is left', /left/, (f) => f.drop(new Expression('i32', [...vector.bytes, 0x41, 0]))],
    [
      'a vector across a loop',
      /control flow/,
      (f) => f.drop(new Expression('v128', [...vector.bytes, 0x03, 0x40, 0x0b])),
    ],
    [
      'a shuffle of bytes',
      /shuffle/,
      (f) =>
        f.drop(
          new Expression('v128', [...vector.bytes, ...vector.bytes, 0xfd, 0x0d, ...new Array<number>(16).fill(1)]),
        ),
    ],
  ])('%s', (_, message, emit) => {
    const module = new ModuleBuilder();
    emit(module.function('refused', []));
    expect(() => module.encode({ pages: 1, shared: false, simd: false })).toThrow(message);
  });

  test('a vector as parameter', () => {
    const module = new ModuleBuilder();
    module.function('refused', ['v128']);
    expect(() => module.encode({ pages: 1, shared: false, simd: false })).toThrow(/parameters/);
  });
});
