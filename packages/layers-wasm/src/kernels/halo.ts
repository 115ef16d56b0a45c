/** Zeros around the pixels of a tensor. */
import { f32x4, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';

/** Writes zeros to the halo of each sample and leaves its pixels alone. Arguments: tensor, count of samples. */
export function clearHaloKernel(module: ModuleBuilder, layout: Layout): FunctionBuilder {
  return module.kernel(`clear halo ${layout.key}`, 2, (f) => {
    const { top, left, bottom, right } = layout.halo;
    const pointer = f.let(f.argument(0));
    const zeros = (floats: number): void => {
      for (let i = 0; i < floats; i += 4) f.store(pointer, f32x4.constant(0), i * 4);
    };
    f.repeatDynamic(f.argument(1), () => {
      const before = top * layout.row + left * layout.pixel;
      f.clear(pointer, i32.constant(before * 4));
      f.advance(pointer, (before + layout.width * layout.pixel) * 4);
      if (layout.height > 1) {
        f.repeat(layout.height - 1, () => {
          zeros((right + left) * layout.pixel);
          f.advance(pointer, layout.row * 4);
        });
      }
      const after = right * layout.pixel + bottom * layout.row;
      f.clear(pointer, i32.constant(after * 4));
      f.advance(pointer, after * 4);
    });
  });
}

/** Writes zeros everywhere. Arguments: tensor, count of samples. */
export function clearKernel(module: ModuleBuilder, layout: Layout): FunctionBuilder {
  return module.kernel(`clear ${layout.sample}`, 2, (f) => {
    f.clear(f.argument(0), i32.multiply(f.argument(1), i32.constant(layout.sample * 4)));
  });
}
