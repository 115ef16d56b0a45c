/** The weights of a minimal filter, transformed once per step. */
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { panelsOf } from '../panels.js';
import { emitPass } from './passes.js';
import { matricesOf, matrixStride, windowsOf, type Tiling } from './tiling.js';

/** Floats from the weights of one point to those of the next. */
export const weightStride = (inputs: number, outputs: number): number => matrixStride(inputs * outputs);

/** Floats of all transformed weights; every sub-window has `inputs` of its own. */
export const transformedFloats = (tiling: Tiling, inputs: number, outputs: number): number =>
  matricesOf(tiling) * weightStride(windowsOf(tiling) * inputs, outputs);

/**
 * Weights are transformed in runs of at most so many floats: memory takes a few long runs of stores much faster than all points'
 * stores in turn.
 */
const longestRun = 512;

/** Bytes that the transform works in. */
export const filterTemporaryBytes = ({ y, x }: Tiling): number => y.filter.points * x.filter.taps * longestRun * 4;

/** The longest run that divides `floats`. */
function runOf(floats: number, together: number): number {
  let run = longestRun;
  while (floats % run > 0) run -= together;
  return run;
}

/**
 * Transforms weights [taps, inputs, outputs] in panels of outputs, as packing.ts makes them, to one such matrix per point.
 * Arguments: weights, transformed weights, temporary memory.
 */
export function filterTransformKernel(
  module: ModuleBuilder,
  { y, x }: Tiling,
  { inputs, outputs }: { inputs: number; outputs: number },
): FunctionBuilder {
  const key = `filter transform ${JSON.stringify([[y, x].map(({ filter }) => [filter.outputs, filter.taps]), inputs, outputs])}`;
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
      const run = runOf(tapStep, together);
      const eachOfRun = (body: () => void): void => {
        f.repeat(run / together, () => {
          body();
          f.advance(from, together * 4);
          f.advance(to, together * 4);
        });
      };
      f.repeat(count, () => {
        f.repeat(tapStep / run, () => {
          f.set(from, source);
          f.set(to, f.argument(2));
          f.repeat(x.filter.taps, () => {
            const steps = { inputStep: x.filter.taps * tapStep, outputStep: x.filter.taps * run };
            eachOfRun(() => emitPass(f, module, { matrix: y.filter.filter, lanes, from, to, ...steps }));
            f.advance(from, (tapStep - run) * 4);
          });
          f.set(from, f.argument(2));
          f.set(to, target);
          f.repeat(y.filter.points, () => {
            const steps = { inputStep: run, outputStep: stride };
            eachOfRun(() => emitPass(f, module, { matrix: x.filter.filter, lanes, from, to, ...steps }));
            f.advance(from, (x.filter.taps - 1) * run * 4);
            f.advance(to, (x.filter.points * stride - run) * 4);
          });
          f.advance(source, run * 4);
          f.advance(target, run * 4);
        });
        f.advance(source, (y.filter.taps * x.filter.taps - 1) * tapStep * 4);
      });
    }
  });
}
