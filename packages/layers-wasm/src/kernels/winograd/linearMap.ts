/** A product with a small constant matrix, written out; what rows or columns have in common is computed once. */
import { f32x4, type V128 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { transpose, type Matrix } from './minimalFilter.js';

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

/** Two lists that differ in nothing but the signs of some elements. */
function arePaired(a: readonly number[], b: readonly number[]): boolean {
  const flips = a.filter((value, i) => near(value, -b[i]!) && !near(value, 0)).length;
  const equals = a.filter((value, i) => near(value, b[i]!) && !near(value, 0)).length;
  return flips > 0 && equals > 0 && a.every((value, i) => near(Math.abs(value), Math.abs(b[i]!)));
}

/** `sum_i coefficients[i] * values[i]`, in this order. */
function weightedSum(
  module: ModuleBuilder,
  coefficients: readonly number[],
  values: readonly V128[],
): V128 | undefined {
  const terms = coefficients.map((c, i) => ({ c, x: values[i]! })).filter(({ c }) => !near(c, 0));
  const first = terms.findIndex(({ c }) => near(c, 1));
  const ordered = first > 0 ? [terms[first]!, ...terms.filter((_, i) => i !== first)] : terms;
  return ordered.reduce<V128 | undefined>((sum, { c, x }) => {
    if (!sum) return near(c, 1) ? x : f32x4.multiply(x, f32x4.constant(c));
    if (near(c, 1)) return f32x4.add(sum, x);
    if (near(c, -1)) return f32x4.subtract(sum, x);
    return module.multiplyAdd(x, f32x4.constant(c), sum);
  }, undefined);
}

export interface LinearMap {
  readonly matrix: Matrix;
  /** Locals, one per column. */
  readonly inputs: readonly V128[];
}

/** `matrix * inputs`, one local per row. */
export function emitLinearMap(f: FunctionBuilder, module: ModuleBuilder, { matrix, inputs }: LinearMap): V128[] {
  const columns = transpose(matrix).map((column) => [...column]);
  const values = [...inputs];
  for (let a = 0; a + 1 < columns.length; a++) {
    const b = columns.findIndex((column, i) => i > a && arePaired(columns[a]!, column));
    if (b < 0) continue;
    const [sum, difference] = [f.let(f32x4.add(values[a]!, values[b]!)), f.let(f32x4.subtract(values[a]!, values[b]!))];
    const [left, right] = [columns[a]!, columns[b]!];
    columns[a] = left.map((value, row) => (near(value, right[row]!) ? value : 0));
    columns[b] = left.map((value, row) => (near(value, right[row]!) ? 0 : value));
    [values[a], values[b]] = [sum, difference];
  }
  const rows = transpose(columns);
  const results: V128[] = [];
  rows.forEach((row, i) => {
    if (results[i]) return;
    const partner = rows.findIndex((other, j) => j > i && arePaired(row, other));
    if (partner < 0) {
      results[i] = f.let(weightedSum(module, row, values) ?? f32x4.constant(0));
      return;
    }
    const other = rows[partner]!;
    const common = f.let(
      weightedSum(
        module,
        row.map((c, k) => (near(c, other[k]!) ? c : 0)),
        values,
      )!,
    );
    const opposed = f.let(
      weightedSum(
        module,
        row.map((c, k) => (near(c, other[k]!) ? 0 : c)),
        values,
      )!,
    );
    results[i] = f.let(f32x4.add(common, opposed));
    results[partner] = f.let(f32x4.subtract(common, opposed));
  });
  return results;
}
