/** How the columns of a packed matrix are cut into panels, each as wide as a tile's registers. */
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';

/** Some panels of equal width. */
export interface PanelRun {
  /** Columns: a multiple of four. */
  readonly width: number;
  readonly count: number;
}

/** `columns`, a multiple of four, as panels of four registers' worth (in single precision, two vectors each where vectors are joined), then smaller ones. */
export function panelsOf(module: ModuleBuilder, columns: number): PanelRun[] {
  const widths = module.vectorsPerRegister === 2 ? [16, 8, 4] : [8, 4];
  let left = columns;
  return widths
    .map((width) => {
      const count = Math.floor(left / width);
      left -= count * width;
      return { width, count };
    })
    .filter(({ count }) => count > 0);
}

/** Rows of a tile whose sums, beside a panel of `width` columns, fill the registers that weights and inputs leave. */
export function tileRows(module: ModuleBuilder, width: number): number {
  return module.vectorsPerRegister === 2 && width <= 8 ? 6 : 4;
}
