/** Weights of a convolution in the order in which its kernel reads them: panels of output channels. */
import { f32, f32x4, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { panelsOf } from './panels.js';

/** A matrix [depth, columns] of which `depth` is a part of the `panelDepth` rows of the packed one. */
export interface Packing {
  readonly depth: number;
  /** A multiple of four. */
  readonly columns: number;
  /** Floats from a row, and from a column, to the next in the source. */
  readonly rowStep: number;
  readonly columnStep: number;
  readonly panelDepth: number;
}

/** Copies the matrix into panels. Arguments: source, packed matrix, its row where this part begins. */
export function packingKernel(module: ModuleBuilder, packing: Packing): FunctionBuilder {
  const { depth, columns, rowStep, columnStep, panelDepth } = packing;
  return module.kernel(`packing ${JSON.stringify(packing)}`, 3, (f) => {
    const source = f.let(f.argument(0));
    const panel = f.let(f.argument(1));
    for (const { width, count } of panelsOf(module, columns)) {
      f.repeat(count, () => {
        const from = f.let(source);
        const to = f.let(i32.add(panel, i32.multiply(f.argument(2), i32.constant(width * 4))));
        f.repeat(depth, () => {
          for (let column = 0; column < width; column += 4) {
            if (columnStep === 1) f.store(to, f32x4.load(from, column * 4), column * 4);
            else {
              for (let i = column; i < column + 4; i++) f.store(to, f32.load(from, i * columnStep * 4), i * 4);
            }
          }
          f.advance(from, rowStep * 4);
          f.advance(to, width * 4);
        });
        f.advance(source, width * columnStep * 4);
        f.advance(panel, panelDepth * width * 4);
      });
    }
  });
}
