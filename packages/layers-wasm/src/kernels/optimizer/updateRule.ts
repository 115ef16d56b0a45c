/** What every optimizer is to the compiler: arrays that it keeps, numbers of the step, and code that moves four weights. */
import type { V128 } from '../../assembler/expression.js';
import type { FunctionBuilder, Local } from '../../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../../assembler/moduleBuilder.js';

/** Numbers of one step of one weight, which the main thread works out in double precision and the kernel reads in single. */
export interface StepScalars {
  /** Factor of the optimizer's direction. */
  readonly stepSize: number;
  /** Share of each weight that decays before the update. */
  readonly shrinkage: number;
}

/** Inside the loop over vectors of four weights. */
export interface UpdateSite {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  /** L2 included, clipped. */
  readonly gradient: Local<'v128'>;
  /** The weights before the update, to be replaced by those after it. */
  readonly parameter: Local<'v128'>;
  /** The scalars of the step, one number in all four lanes. */
  readonly stepSize: Local<'v128'>;
  readonly shrinkage: Local<'v128'>;
  /** Replaces four values of a slot by `next(values)`, and gives the new ones. */
  readonly replace: (slot: string, next: (values: V128) => V128) => Local<'v128'>;
}

export interface UpdateRule {
  /** Names of the arrays that it keeps, each as long as the trainable weights; they start at zero. */
  readonly slots: readonly string[];
  /** Scalars of a weight's update number `update`, counted from 1. */
  scalars(learningRate: number, update: number): StepScalars;
  emit(site: UpdateSite): void;
}
