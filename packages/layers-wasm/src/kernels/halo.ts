/** Zeros around the pixels of a tensor. */
import { f32x4, i32, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';

/**
 * Writes zeros to the halo of each sample and leaves its pixels alone. Arguments: tensor, count of samples, `haloExtents`. One kernel
 * for all layouts: it writes little, and a kernel of its own for each would be fetched from memory for every image that comes alone.
 */
export function clearHaloKernel(module: ModuleBuilder): FunctionBuilder {
  return module.kernel('clear halo', 7, (f) => {
    const [before, row, between, gaps, after] = [
      f.argument(2),
      f.argument(3),
      f.argument(4),
      f.argument(5),
      f.argument(6),
    ];
    const pointer = f.let(f.argument(0));
    const end = f.local('i32');
    const move = (bytes: I32): void => f.set(pointer, i32.add(pointer, bytes));
    f.repeatDynamic(f.argument(1), () => {
      f.clear(pointer, before);
      move(i32.add(before, row));
      f.repeatDynamic(gaps, () => {
        f.set(end, i32.add(pointer, between));
        f.while(i32.lessUnsigned(pointer, end), () => {
          f.store(pointer, f32x4.constant(0));
          f.advance(pointer, 16);
        });
        move(row);
      });
      f.clear(pointer, after);
      move(after);
    });
  });
}

/** Where the halo of a sample lies, in bytes: what comes before its first pixel, a row of pixels, what lies between rows, how many such gaps there are, what comes behind. */
export function haloExtents({ halo, row, pixel, width, height }: Layout): I32[] {
  const { top, left, bottom, right } = halo;
  const between = (left + right) * pixel;
  const floats = [top * row + left * pixel, width * pixel, between, right * pixel + bottom * row] as const;
  const [before, pixels, gap, after] = floats.map((count) => i32.constant(count * 4)) as [I32, I32, I32, I32];
  return [before, pixels, gap, i32.constant(height - 1), after];
}

/** Writes zeros everywhere. Arguments: tensor, count of samples. */
export function clearKernel(module: ModuleBuilder, layout: Layout): FunctionBuilder {
  return module.kernel(`clear ${layout.sample}`, 2, (f) => {
    f.clear(f.argument(0), i32.multiply(f.argument(1), i32.constant(layout.sample * 4)));
  });
}
