/** The table that the update works through: its items once, and before every step the scalars of each. */
import type { UpdateTable } from '../compiler/emitUpdate.js';
import { updateItem, updateItemBytes } from '../kernels/optimizer/totalGradient.js';
import type { TrainingOptions } from '../training/options.js';
import { groupUpdates, type UpdateGroup } from '../training/updateGroups.js';
import type { LinearMemory } from './linearMemory.js';

export class StepScalars {
  private groups: readonly UpdateGroup[] = [];
  private late: ReadonlyMap<string, number> = new Map();

  /** Writes the items of `table`. */
  constructor(
    private readonly memory: LinearMemory,
    private readonly table: UpdateTable,
    private readonly options: Pick<TrainingOptions, 'rule' | 'learningRateFactors'>,
  ) {
    const { address, list } = table;
    const words = memory.words(address, list.length * wordsPerItem);
    const floats = memory.floats(address, list.length * wordsPerItem);
    list.forEach(({ start, bytes, penalty, isSummed }, index) => {
      words[placeOf(index, 'start')] = start;
      words[placeOf(index, 'bytes')] = bytes;
      floats[placeOf(index, 'penalty')] = penalty;
      words[placeOf(index, 'isSummed')] = isSummed ? 1 : 0;
    });
    this.startedAt = new Map();
  }

  /** By weight, the updates made before it began to train; 0 for the others. */
  get startedAt(): ReadonlyMap<string, number> {
    return this.late;
  }

  set startedAt(late: ReadonlyMap<string, number>) {
    this.late = late;
    const weights = this.table.list.map(({ weight }) => weight);
    this.groups = groupUpdates(weights, { factors: this.options.learningRateFactors, startedAt: late });
  }

  /** Writes the scalars of update number `update`, counted from 1. */
  write(learningRate: number, update: number): void {
    const { address, list } = this.table;
    const floats = this.memory.floats(address, list.length * wordsPerItem);
    for (const { factor, before, members } of this.groups) {
      const { stepSize, shrinkage } = this.options.rule.scalars(learningRate * factor, update - before);
      for (const index of members) {
        floats[placeOf(index, 'stepSize')] = stepSize;
        floats[placeOf(index, 'shrinkage')] = shrinkage;
      }
    }
  }
}

const wordsPerItem = updateItemBytes / 4;

function placeOf(index: number, field: keyof typeof updateItem): number {
  return index * wordsPerItem + updateItem[field] / 4;
}
