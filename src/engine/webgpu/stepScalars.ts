/** The numbers of a step that its weights' updates differ in, worked out in double precision. */
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import type { TrainingOptions } from 'layers-wasm/training/options.js';
import { groupUpdates, type UpdateGroup } from 'layers-wasm/training/updateGroups.js';
import { scalarsPerWeight, weightScalars } from './programs/optimizer.js';

export class StepScalars {
  private readonly values: Float32Array;
  private groups: readonly UpdateGroup[] = [];
  private late: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly parameters: readonly Parameter[],
    private readonly options: Pick<TrainingOptions, 'rule' | 'learningRateFactors'>,
  ) {
    this.values = new Float32Array(parameters.length * scalarsPerWeight);
    parameters.forEach(({ options: { l2 } }, index) => {
      this.values[index * scalarsPerWeight + weightScalars.penalty] = 2 * l2;
    });
    this.startedAt = new Map();
  }

  /** By weight, the updates made before it began to train; 0 for the others. */
  get startedAt(): ReadonlyMap<string, number> {
    return this.late;
  }

  set startedAt(late: ReadonlyMap<string, number>) {
    this.late = late;
    const names = this.parameters.map(({ name }) => name);
    this.groups = groupUpdates(names, { factors: this.options.learningRateFactors, startedAt: late });
  }

  /** Those of update number `update`, counted from 1: [weights, scalarsPerWeight]. Good until the next call. */
  of(learningRate: number, update: number): Float32Array {
    for (const { factor, before, members } of this.groups) {
      const { stepSize, shrinkage } = this.options.rule.scalars(learningRate * factor, update - before);
      for (const index of members) {
        this.values[index * scalarsPerWeight + weightScalars.stepSize] = stepSize;
        this.values[index * scalarsPerWeight + weightScalars.shrinkage] = shrinkage;
      }
    }
    return this.values;
  }
}
