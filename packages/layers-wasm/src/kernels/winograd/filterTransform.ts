/** The weights of a minimal filter, transformed once per step. */
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { panelsOf } from '../panels.js';
import { emitPass } from './passes.js';
import { matricesOf, matrixStride, type Tiling } from './tiling.js';

/** Floats from the weights of one point to those of the next. */
export const weightStride = (inputs: number, outputs: number): number => matrixStride(inputs * outputs);

/** Floats of all transformed weights. */
export const transformedFloats = (tiling: Tiling, inputs: number, outputs: number): number =>
  matricesOf(tiling) * weightStride(inputs, outputs);

/** Bytes that the transform works in. */
export const filterTemporaryBytes = ({ y, x }: Tiling): number => y.filter.points * x.filter.taps * 32;

/**
 * Transforms weights [taps, inputs, outputs] in panels of outputs, as packing.ts makes them, to one such matrix per point.
 * Arguments: weights, transformed weights, temporary memory.
 */
export function filterTransformKernel(
  module: ModuleBuilder,
  { y, x }: Tiling,
  { inputs, outputs }: { inputs: number; outputs: number },
): FunctionBuilder {
  const key = `filter transform ${[y.filter.outputs, x.filter.outputs, y.filter.taps, inputs, outputs].join()}`;
  return module.kernel(key, 3, (f) => {
    const source = f.let(f.argument(0));
    const target = f.let(f.argument(1));
    const from = f.local('i32');
    const to = f.local('i32');
    const stride = weightStride(inputs, outputs);
    for (const { width, count } of panelsOf(module, outputs)) {
      const lanes = Math.min(width / 4, module.vectorsPerRegister);
      const together = lanes * 4;
      const tapStep = inputs * width;
      f.repeat(count, () => {
        f.repeat(tapStep / together, () => {
          f.set(from, source);
          f.set(to, f.argument(2));
          f.repeat(x.filter.taps, () => {
            const steps = { inputStep: x.filter.taps * tapStep, outputStep: x.filter.taps * together };
            emitPass(f, module, { matrix: y.filter.filter, lanes, from, to, ...steps });
            f.advance(from, tapStep * 4);
            f.advance(to, together * 4);
          });
          f.set(from, f.argument(2));
          f.set(to, target);
          f.repeat(y.filter.points, () => {
            emitPass(f, module, { matrix: x.filter.filter, lanes, from, to, inputStep: together, outputStep: stride });
            f.advance(from, x.filter.taps * together * 4);
            f.advance(to, x.filter.points * stride * 4);
          });
          f.advance(source, together * 4);
          f.advance(target, together * 4);
        });
        f.advance(source, (y.filter.taps * x.filter.taps - 1) * tapStep * 4);
      });
    }
  });
}
