/** The update of the weights: their gradient, the optimizer's rule, and the moving average of the result. */
import { f32x4, i32 } from '../../assembler/expression.js';
import type { FunctionBuilder } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';
import { averagesSlot, emitMovingAverage } from './movingAverage.js';
import { eachVector, emitTotalGradient, itemOffset, updateItem, type GradientMemory } from './totalGradient.js';
import type { UpdateRule, UpdateSite } from './updateRule.js';

export interface UpdateMemory extends GradientMemory {
  /** Of each array that the optimizer keeps. */
  readonly slots: ReadonlyMap<string, number>;
  /** Of the single-precision factor of all gradients. */
  readonly gradientScale: number;
}

export interface UpdateOptions {
  readonly rule: UpdateRule;
  /** Largest norm of all gradients together; undefined = they stay as they are. */
  readonly clipNorm: number | undefined;
  /** Of the moving average of the weights; undefined = none is kept. */
  readonly averageDecay: number | undefined;
}

/** Names of all arrays that are kept beside the weights, in the order of memory. */
export function slotsOf({ rule, averageDecay }: UpdateOptions): string[] {
  return averageDecay === undefined ? [...rule.slots] : [...rule.slots, averagesSlot];
}

/** Updates one item; with `clipNorm` its gradients are there already. Argument: the index of the item of work. */
export function updateKernel(module: ModuleBuilder, memory: UpdateMemory, options: UpdateOptions): FunctionBuilder {
  const { rule, clipNorm, averageDecay } = options;
  return module.kernel('update weights', 1, (f) => {
    const place = itemOffset(f);
    const scalar = (offset: number) => f.let(f32x4.loadSplat(place, memory.items + offset));
    const [stepSize, shrinkage] = [scalar(updateItem.stepSize), scalar(updateItem.shrinkage)];
    const scale = f.let(f32x4.loadSplat(i32.constant(memory.gradientScale)));
    const [gradient, parameter] = [f.local('v128'), f.local('v128')];
    eachVector(f, memory, (at, item) => {
      if (clipNorm === undefined) emitTotalGradient(module, f, { memory, at, item, gradient });
      else f.set(gradient, f32x4.multiply(f32x4.load(at, memory.gradients), scale));
      f.set(parameter, f32x4.load(at, memory.parameters));
      const replace: UpdateSite['replace'] = (slot, next) => {
        const address = memory.slots.get(slot)!;
        const values = f.let(f32x4.load(at, address));
        f.set(values, next(values));
        f.store(at, values, address);
        return values;
      };
      const site = { module, f, gradient, parameter, stepSize, shrinkage, replace };
      rule.emit(site);
      f.store(at, parameter, memory.parameters);
      if (averageDecay !== undefined) emitMovingAverage(site, averageDecay);
    });
  });
}
