/** From the products of a minimal filter to pixels: a row of tiles, each transformed back along both axes. */
import { f32x4, i32, type V128 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { finishArguments, openFinish, type Finish, type FinishVector } from '../finish.js';
import { emitPass } from './passes.js';
import { floatsTogether, keyOf, registersInTurn, type Tiling } from './tiling.js';

export interface OutputTransform {
  readonly tiling: Tiling;
  /** Rows of pixels that the image has left: not more than those of a tile. */
  readonly rows: number;
  readonly channels: number;
  /** Floats in the image from a pixel to that below, and to the right. */
  readonly stepY: number;
  readonly stepX: number;
  /** Floats from the products of one point to those of the next; tiles lie side by side. */
  readonly pointStep: number;
  readonly accumulate: boolean;
  readonly bias: boolean;
  /** What happens to the sums before they are stored. */
  readonly finish?: Finish | undefined;
}

/** Arguments: products, the row's first pixel, temporary memory, the bias address if there is one, and those of the finish. */
export function outputTransformKernel(module: ModuleBuilder, transform: OutputTransform): FunctionBuilder {
  const { tiling, rows, channels, stepY, stepX, pointStep, accumulate, bias } = transform;
  const { y, x } = tiling;
  const key = `output transform ${JSON.stringify([keyOf(tiling), { ...transform, tiling: undefined }])}`;
  const parameters = bias ? 4 : 3;
  return module.kernel(key, parameters + finishArguments(transform.finish), (f) => {
    const together = floatsTogether(module, channels);
    const lanes = together / 4;
    const points = x.filter.points;
    const registers = registersInTurn(module, channels);
    const inTurn = registers * together;
    const from = f.local('i32');
    const to = f.local('i32');
    const register = f.local('i32'); // bytes from channel 0 to the register's first
    const eachRegister = (pass: () => void): void => {
      for (let index = 0; index < registers; index++) {
        pass();
        for (const place of [from, to, register]) f.advance(place, together * 4);
      }
    };
    f.stride(channels * 4, inTurn * 4, (channel) => {
      f.set(from, i32.add(f.argument(0), channel));
      f.set(to, f.argument(2));
      const matrixY = y.filter.inverse.slice(0, rows);
      f.repeat(points, () => {
        f.repeat(x.tiles, () => {
          const steps = { inputStep: points * pointStep, outputStep: x.tiles * points * inTurn };
          eachRegister(() => emitPass(f, module, { matrix: matrixY, lanes, from, to, ...steps }));
          f.advance(from, (channels - inTurn) * 4);
          f.advance(to, (points - 1) * inTurn * 4);
        });
        f.advance(from, (pointStep - x.tiles * channels) * 4);
        f.advance(to, (1 - x.tiles * points) * inTurn * 4);
      });

      const start = (output: number, lane: number): V128 | undefined => {
        const held = accumulate ? f32x4.load(to, output * stepX * 4 + lane * 16) : undefined;
        const shift = bias ? f32x4.load(i32.add(f.argument(3), register), lane * 16) : undefined;
        return held && shift ? f32x4.add(held, shift) : (held ?? shift);
      };
      const add = (result: V128, output: number, lane: number): V128 => {
        const base = start(output, lane);
        return base ? f32x4.add(base, result) : result;
      };
      const finished = { finish: transform.finish, argument: parameters, offset: register, vectors: lanes };
      const open = (): FinishVector => openFinish(f, module, finished);
      const tile = (outputs: number): void => {
        const matrix = x.filter.inverse.slice(0, outputs);
        const steps = { inputStep: inTurn, outputStep: stepX };
        f.set(register, channel);
        eachRegister(() => {
          let opened: FinishVector | undefined; // behind the transform, which takes all registers
          const finish = (result: V128, output: number, lane: number): V128 =>
            (opened ??= open())(add(result, output, lane), lane);
          emitPass(f, module, { matrix, lanes, from, to, ...steps, finish });
        });
        f.advance(from, (points - 1) * inTurn * 4);
        f.advance(to, (outputs * stepX - inTurn) * 4);
      };
      const whole = Math.floor(x.size / x.filter.outputs);
      f.set(from, f.argument(2));
      f.set(to, i32.add(f.argument(1), channel));
      f.repeat(rows, () => {
        if (whole > 0) f.repeat(whole, () => tile(x.filter.outputs));
        if (x.tiles > whole) tile(x.size % x.filter.outputs);
        f.advance(to, (stepY - x.size * stepX) * 4);
      });
    });
  });
}
