/** Max pooling and its gradient; also of a normalisation that is yet to come, whose scale may turn the order around. */
import { f32, f32x4, i32, i32x4, v128, type V128 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Layout } from '../compiler/layout.js';
import { finishArguments, openFinish, type Finish } from './finish.js';
import { eachTap, eachWindow, poolingKey, type PoolingGeometry, type TapOffset } from './poolingWindows.js';

/** What a max pooling does beside finding values. */
export interface MaxPoolingOptions {
  /**
   * Remember the winners: int32, [pixels, channels], the bytes from the window's first pixel inside the image to the winner, in
   * this layout of the gradient that it receives.
   */
  readonly winners: Layout | undefined;
  /**
   * Find the smallest value instead where the channel's factor is negative. A factor of 0 makes ties of all values, which training
   * must see as such ('level'), also without winners: the gradient of the factor is made of the values that were found.
   */
  readonly signed: false | 'turn' | 'level';
  /** What happens to the values before they are stored. */
  readonly finish?: Finish | undefined;
}

/** The offset in all lanes. */
const splatOffset = ({ constant, value }: TapOffset): V128 =>
  constant === undefined ? i32x4.splat(value) : i32x4.constant(constant);

const signs = (): V128 => i32x4.constant(-0x80000000);

/**
 * The largest value of each window; ties go to the first in row order, and NaN is passed over unless it is the first.
 * Arguments: input, output, [winners], [factors: their signs count], those of the finish, count.
 */
export function maxPoolingKernel(
  module: ModuleBuilder,
  geometry: PoolingGeometry,
  { winners, signed, finish }: MaxPoolingOptions,
): FunctionBuilder {
  const key = `max pooling ${poolingKey(geometry)} ${winners?.key ?? ''} ${signed} ${JSON.stringify(finish)}`;
  const { input } = geometry;
  const finishAt = 2 + (winners ? 1 : 0) + (signed ? 1 : 0);
  const countAt = finishAt + finishArguments(finish);
  return module.kernel(key, countAt + 1, (f) => {
    const lanes = module.vectorsTogether(input.pixel);
    const winner = winners ? f.let(f.argument(2)) : undefined;
    const count = f.argument(countAt);
    eachWindow(f, { ...geometry, count, lanes }, (at) => {
      const factors = signed ? f.let(i32.add(f.argument(winners ? 3 : 2), at.channel)) : at.channel;
      const factor = (lane: number): V128 => f32x4.load(factors, lane * 16);
      const flip = signed ? lanes.map((_, lane) => f.let(v128.and(factor(lane), signs()))) : [];
      const turned = (loaded: V128, lane: number): V128 => (signed ? v128.xor(loaded, flip[lane]!) : loaded);
      const none = f.let(v128.zero());
      const best = lanes.map((_, lane) => f.let(turned(f32x4.load(at.input, lane * 16), lane)));
      const where = lanes.map(() => f.let(none));
      eachTap(f, { ...at, layouts: [input, winners ?? input] }, ([offset, winnerOffset], first) => {
        if (first) return;
        const address = offset!.constant === undefined ? i32.add(at.input, offset!.value) : at.input;
        const start = offset!.constant ?? 0;
        const value = lanes.map((_, lane) => f.let(turned(f32x4.load(address, start + lane * 16), lane)));
        if (winners) {
          const place = f.let(splatOffset(winnerOffset!));
          where.forEach((local, lane) => {
            f.set(local, i32x4.maximum(local, v128.and(f32x4.greater(value[lane]!, best[lane]!), place)));
          });
        }
        best.forEach((local, lane) => f.set(local, f32x4.pseudoMaximum(local, value[lane]!)));
      });
      best.forEach((local, lane) => f.set(local, turned(local, lane)));
      if (signed === 'level') {
        const differs = lanes.map((lane) =>
          f.let(f32x4.greater(v128.andNot(factor(lane), signs()), f32x4.constant(0))),
        );
        lanes.forEach((lane) => f.set(where[lane]!, v128.and(where[lane]!, differs[lane]!)));
        const values = lanes.map((_, lane) => f.let(f32x4.load(at.input, lane * 16)));
        best.forEach((local, lane) => {
          const from = values[lane]!;
          f.set(local, v128.xor(from, v128.and(v128.xor(from, local), differs[lane]!)));
        });
      }
      const finished = openFinish(f, module, { finish, argument: finishAt, offset: at.channel, vectors: lanes.length });
      best.forEach((local, lane) => f.store(at.output, finished(local, lane), lane * 16));
      if (winner) {
        where.forEach((local, lane) => f.store(winner, local, lane * 16));
        f.advance(winner, 16 * lanes.length);
      }
    });
  });
}

/**
 * Adds each pixel's gradient, times the channel's factor where there are factors, to the winner of its window.
 * Arguments: input gradient, output gradient, winners, [factors], count.
 * Offsets of winners are from the first pixel inside their window, so the same runs are walked again.
 */
export function maxPoolingGradientKernel(
  module: ModuleBuilder,
  geometry: PoolingGeometry,
  { scaled }: { scaled: boolean },
): FunctionBuilder {
  return module.kernel(`max pooling gradient ${poolingKey(geometry)} ${scaled}`, scaled ? 5 : 4, (f) => {
    const lanes = module.vectorsTogether(geometry.input.pixel);
    const winner = f.let(f.argument(2));
    const target = f.local('i32');
    eachWindow(f, { ...geometry, count: f.argument(scaled ? 4 : 3), lanes }, (at) => {
      for (const lane of lanes) {
        const written = f32x4.load(at.output, lane * 16);
        const factors = (): V128 => f32x4.load(i32.add(f.argument(3), at.channel), lane * 16);
        const gradient = f.let(scaled ? f32x4.multiply(written, factors()) : written);
        const where = f.let(f32x4.load(winner, lane * 16));
        for (let i = 0; i < 4; i++) {
          const offset = lane * 16 + i * 4;
          f.set(target, i32.add(at.input, i32x4.lane(where, i)));
          f.store(target, f32.add(f32.load(target, offset), f32.lane(gradient, i)), offset);
        }
      }
      f.advance(winner, 16 * lanes.length);
    });
  });
}
