/** The exponential moving average of the weights (Polyak and Juditsky 1992). */
import { f32x4 } from '../../assembler/expression.js';
import type { UpdateSite } from './updateRule.js';

/** The slot that holds it. */
export const averagesSlot = 'averages';

/** `a += (1 - decay) (p - a)`, of the weights behind the update. */
export function emitMovingAverage({ module, parameter, replace }: UpdateSite, decay: number): void {
  replace(averagesSlot, (values) =>
    module.multiplyAdd(f32x4.subtract(parameter, values), f32x4.constant(1 - decay), values),
  );
}
