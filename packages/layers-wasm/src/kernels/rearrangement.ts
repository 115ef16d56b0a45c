/** Copies that move single floats: flattening of padded channels and repeated channels, which are rare and small. */
import { f32, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';

/**
 * [height, width, channels] to [1, 1, height * width * channels], or back (`inverse`). Arguments: from, to, count.
 * The padding of the destination is cleared by the caller.
 */
export function flattenKernel(
  module: ModuleBuilder,
  { image, flat }: { image: Layout; flat: Layout },
  { inverse }: { inverse: boolean },
): FunctionBuilder {
  return module.kernel(`flatten ${inverse} ${image.key} ${image.channels} ${flat.key}`, 3, (f) => {
    const imageStart = f.let(f.argument(inverse ? 1 : 0));
    const flatStart = f.let(f.argument(inverse ? 0 : 1));
    f.repeatDynamic(f.argument(2), () => {
      const pixel = f.let(i32.add(imageStart, i32.constant(image.at(0, 0) * 4)));
      const place = f.let(flatStart);
      f.repeat(image.height, () => {
        f.repeat(image.width, () => {
          f.stride(image.channels * 4, 4, (offset) => {
            const [from, to] = inverse ? [place, pixel] : [pixel, place];
            f.store(i32.add(to, offset), f32.load(i32.add(from, offset)));
          });
          f.advance(pixel, image.pixel * 4);
          f.advance(place, image.channels * 4);
        });
        f.advance(pixel, (image.row - image.width * image.pixel) * 4);
      });
      f.advance(imageStart, image.sample * 4);
      f.advance(flatStart, flat.sample * 4);
    });
  });
}

/**
 * Each channel `times` times: `wide[c * times + j] = narrow[c]`; or back, adding up (`inverse`). Arguments: from, to (cleared), count.
 */
export function repeatChannelsKernel(
  module: ModuleBuilder,
  { narrow, wide }: { narrow: Layout; wide: Layout },
  { times, inverse }: { times: number; inverse: boolean },
): FunctionBuilder {
  return module.kernel(`repeat ${inverse} ${times} ${narrow.key} ${narrow.channels} ${wide.key}`, 3, (f) => {
    const narrowStart = f.let(f.argument(inverse ? 1 : 0));
    const wideStart = f.let(f.argument(inverse ? 0 : 1));
    f.repeatDynamic(f.argument(2), () => {
      const few = f.let(i32.add(narrowStart, i32.constant(narrow.at(0, 0) * 4)));
      const many = f.let(i32.add(wideStart, i32.constant(wide.at(0, 0) * 4)));
      f.repeat(narrow.height, () => {
        f.repeat(narrow.width, () => {
          f.stride(narrow.channels * 4, 4, (offset) => {
            const one = f.let(i32.add(few, offset));
            const first = f.let(i32.add(many, i32.multiply(offset, i32.constant(times))));
            for (let j = 0; j < times; j++) {
              if (inverse) f.store(one, f32.add(f32.load(one), f32.load(first, j * 4)));
              else f.store(first, f32.load(one), j * 4);
            }
          });
          f.advance(few, narrow.pixel * 4);
          f.advance(many, wide.pixel * 4);
        });
        f.advance(few, (narrow.row - narrow.width * narrow.pixel) * 4);
        f.advance(many, (wide.row - wide.width * wide.pixel) * 4);
      });
      f.advance(narrowStart, narrow.sample * 4);
      f.advance(wideStart, wide.sample * 4);
    });
  });
}
