/** A split for data that comes without one. */
import { Random } from '../random.js';
import { usages, type Dataset } from './dataset.js';
import { groupTwins } from './twins.js';

export interface SplitOptions {
  /** Share of each class that becomes PublicTest, in [0, 1). */
  readonly validationFraction: number;
  /** Share of each class that becomes PrivateTest, in [0, 1). */
  readonly testFraction: number;
  /** The same seed gives the same split of the same file. */
  readonly seed: number;
}

/**
 * Assigns every row to Training, PublicTest or PrivateTest, each class in the same shares (stratified). Rows keep their order;
 * exact copies of an image stay in one split, so that nothing is tested on what it was trained on. A class with at least three
 * different images gets at least one in each split whose share is not 0.
 */
export function splitWithoutUsage(dataset: Dataset, options: SplitOptions): Dataset {
  const random = new Random(options.seed).fork('split');
  const usage = new Uint8Array(dataset.count).fill(usages.indexOf('Training'));
  const groupsOfClass = dataset.classNames.map((): number[][] => []);
  for (const rows of groupTwins(dataset)) groupsOfClass[dataset.labels[rows[0]!]!]!.push(rows);
  for (const [label, groups] of groupsOfClass.entries()) {
    random.fork(dataset.classNames[label]!).shuffle(groups);
    const rowCount = groups.reduce((sum, rows) => sum + rows.length, 0);
    let next = 0;
    const assign = (fraction: number, name: (typeof usages)[number]): void => {
      const least = fraction > 0 && groups.length >= 3 ? 1 : 0;
      const wanted = Math.max(least, Math.round(rowCount * fraction));
      for (let taken = 0; taken < wanted && next < groups.length; next++) {
        for (const row of groups[next]!) usage[row] = usages.indexOf(name);
        taken += groups[next]!.length;
      }
    };
    assign(options.validationFraction, 'PublicTest');
    assign(options.testFraction, 'PrivateTest');
  }
  return { ...dataset, usage };
}
