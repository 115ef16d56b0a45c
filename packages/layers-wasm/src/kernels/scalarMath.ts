/** exp and log in double precision, the same bits on every machine: the engine must not depend on a host's Math. */
import { f64, i32, i64, type F64 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';

/** ln 2 in two parts: the first has few enough digits that its product with an exponent is exact (Cody and Waite 1980). */
const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;

/** `exp(x)` for x in -700 .. 700, within 2 units in the last place: `2^k exp(r)`, r by its Taylor series to degree 13. */
export function exponential(module: ModuleBuilder): FunctionBuilder {
  return once(module, 'exp', (f, x) => {
    const clamped = f.let(f64.maximum(x, f64.constant(-700)));
    const k = f.let(f64.nearest(f64.multiply(clamped, f64.constant(Math.LOG2E))));
    const high = f64.subtract(clamped, f64.multiply(k, f64.constant(ln2High)));
    const r = f.let(f64.subtract(high, f64.multiply(k, f64.constant(ln2Low))));
    const sum = f.let(f64.constant(1));
    for (let n = 13; n > 0; n--) {
      f.set(sum, f64.add(f64.multiply(f64.multiply(sum, r), f64.constant(1 / n)), f64.constant(1)));
    }
    const exponent = i64.fromI32(i32.add(i32.truncateF64(k), i32.constant(1023)));
    return f64.multiply(sum, f64.reinterpretI64(i64.shiftLeft(exponent, i64.constant(52n))));
  });
}

/** `log(x)` for normal x > 0, NaN for NaN: `k ln 2 + 2 atanh((m - 1) / (m + 1))`, m in 0.75 .. 1.5, by its series to degree 21. */
export function logarithm(module: ModuleBuilder): FunctionBuilder {
  return once(module, 'log', (f, x) => {
    const bits = f.let(i64.reinterpretF64(x));
    // Adding a quarter to the mantissa carries into the exponent where m would be 1.5 or more, up to rounding.
    const shifted = f.let(i64.add(bits, i64.constant(1n << 51n)));
    const k = f.let(i64.subtract(i64.shiftRightSigned(shifted, i64.constant(52n)), i64.constant(1023n)));
    const m = f.let(f64.reinterpretI64(i64.subtract(bits, i64.shiftLeft(k, i64.constant(52n)))));
    const t = f.let(f64.divide(f64.subtract(m, f64.constant(1)), f64.add(m, f64.constant(1))));
    const square = f.let(f64.multiply(t, t));
    const sum = f.let(f64.constant(1 / 21));
    for (let n = 19; n > 0; n -= 2) f.set(sum, f64.add(f64.multiply(sum, square), f64.constant(1 / n)));
    const fraction = f64.multiply(f64.multiply(f64.constant(2), t), sum);
    const value = f64.add(f64.multiply(f64.fromI64(k), f64.constant(Math.LN2)), fraction);
    return f64.add(value, f64.subtract(x, x)); // the bits of NaN would pass for a number
  });
}

function once(module: ModuleBuilder, name: string, body: (f: FunctionBuilder, x: F64) => F64): FunctionBuilder {
  return module.shared(name, { parameters: ['f64'], results: ['f64'] }, (f) =>
    f.return(body(f, f.parameters[0] as F64)),
  );
}
