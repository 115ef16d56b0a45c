/** The innermost loop of matrix products runs as often as it is told to, with copies of its body and without. */
import { describe, expect, test } from '@jest/globals';
import { i32, type I32 } from '../../src/assembler/expression.js';
import type { FunctionBuilder } from '../../src/assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../src/assembler/moduleBuilder.js';
import { emitTerms } from '../../src/kernels/termLoop.js';
import { runKernel } from './runKernel.js';

const step = 12;
const start = 1024;

/** How many terms ran, and by how many bytes they moved the pointer. */
function termsOf(count: number, { wide, known }: { wide: boolean; known: boolean }): number[] {
  const build = (module: ModuleBuilder): FunctionBuilder =>
    module.kernel('terms', 1, (f) => {
      const pointer = f.let(i32.constant(start));
      const ran = f.let<'i32'>(i32.constant(0));
      const term = (): void => {
        f.advance(ran, 1);
        f.advance(pointer, step);
      };
      emitTerms(f, module, { term, pointer, step, count: known ? count : f.argument(0) });
      const results: I32[] = [ran, i32.subtract(pointer, i32.constant(start))];
      results.forEach((result, i) => f.store(i32.constant(i * 4), result));
    });
  return [...new Int32Array(runKernel(build, { wide, arguments: [count], memory: [] }), 0, 2)];
}

describe.each([
  { wide: false, known: false },
  { wide: false, known: true },
  { wide: true, known: false },
  { wide: true, known: true },
])('wide $wide, count known when compiled: $known', (options) => {
  test.each([1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 63])('%i terms', (count) => {
    expect(termsOf(count, options)).toEqual([count, count * step]);
  });
});
