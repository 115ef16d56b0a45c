/** What a dataset holds: the figures behind `fer data stats`. */
import { usages, type Dataset, type Usage } from './dataset.js';
import { groupTwins } from './twins.js';

/** Images that occur more than once, byte for byte. */
export interface TwinCounts {
  /** Different images that occur at least twice. */
  readonly groups: number;
  /** Rows beyond the first of each group. */
  readonly redundantRows: number;
  /** Groups whose rows do not all carry the same label. */
  readonly conflictingGroups: number;
  /** Rows of PublicTest with a twin in Training. */
  readonly publicTestInTraining: number;
  /** Rows of PrivateTest with a twin in Training. */
  readonly privateTestInTraining: number;
}

export interface SplitCounts {
  readonly usage: Usage;
  readonly count: number;
  /** In the order of `classNames`. */
  readonly classCounts: readonly number[];
}

export interface DatasetDescription {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly hash: string;
  readonly classNames: readonly string[];
  /** Over all splits, in the order of `classNames`. */
  readonly classCounts: readonly number[];
  /** One entry per split, also for empty ones, in the order of `usages`. */
  readonly splits: readonly SplitCounts[];
  /** Splits without a row. */
  readonly emptySplits: readonly Usage[];
  /** Classes without a row in a split that has others: `{ usage, className }`. */
  readonly missingClasses: readonly { readonly usage: Usage; readonly className: string }[];
  readonly twins: TwinCounts;
}

/** Counts classes, splits and twins. Compares all images: about 0.2 s for 36,000 of 48x48. */
export function describeDataset(dataset: Dataset): DatasetDescription {
  const classes = dataset.classNames.length;
  const table = usages.map(() => new Array<number>(classes).fill(0));
  for (let row = 0; row < dataset.count; row++) table[dataset.usage[row]!]![dataset.labels[row]!]! += 1;
  const splits = usages.map((usage, index): SplitCounts => {
    const classCounts = table[index]!;
    return { usage, classCounts, count: classCounts.reduce((sum, count) => sum + count, 0) };
  });
  return {
    count: dataset.count,
    height: dataset.height,
    width: dataset.width,
    hash: dataset.hash,
    classNames: dataset.classNames,
    classCounts: dataset.classNames.map((_, label) => table.reduce((sum, counts) => sum + counts[label]!, 0)),
    splits,
    emptySplits: splits.filter((split) => split.count === 0).map((split) => split.usage),
    missingClasses: splits
      .filter((split) => split.count > 0)
      .flatMap(({ usage, classCounts }) =>
        dataset.classNames.filter((_, label) => classCounts[label] === 0).map((className) => ({ usage, className })),
      ),
    twins: countTwins(dataset),
  };
}

function countTwins(dataset: Dataset): TwinCounts {
  const training = usages.indexOf('Training');
  const inTraining = usages.map(() => 0);
  let groups = 0;
  let redundantRows = 0;
  let conflictingGroups = 0;
  for (const rows of groupTwins(dataset)) {
    if (rows.length === 1) continue;
    groups++;
    redundantRows += rows.length - 1;
    if (rows.some((row) => dataset.labels[row] !== dataset.labels[rows[0]!])) conflictingGroups++;
    if (rows.some((row) => dataset.usage[row] === training)) {
      for (const row of rows) inTraining[dataset.usage[row]!]! += 1;
    }
  }
  return {
    groups,
    redundantRows,
    conflictingGroups,
    publicTestInTraining: inTraining[usages.indexOf('PublicTest')]!,
    privateTestInTraining: inTraining[usages.indexOf('PrivateTest')]!,
  };
}
