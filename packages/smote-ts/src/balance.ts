/** A whole data set with its rare classes made up by synthetic samples. */
import { checkNeighbours, checkSamples, checkWholeNumber, type Samples } from './samples.js';
import { smote } from './smote.js';

/**
 * How many samples each class shall have: "auto" as many as the largest; a ratio in (0, 1] at least that fraction of the
 * largest; a record from class to its number, at least what it has, the classes not named left as they are.
 */
export type Strategy = 'auto' | number | Readonly<Record<number, number>>;

export interface BalanceOptions {
  /** [count, features], finite. */
  readonly samples: Samples;
  /** Class per row, whole numbers from 0: [count]. */
  readonly labels: ArrayLike<number>;
  readonly count: number;
  readonly features: number;
  /** Nearest neighbours to choose from, at least 1; default 5. */
  readonly neighbours?: number;
  /** Pixels per image row, if the features are an image: the same result, up to several times as fast. */
  readonly imageWidth?: number | undefined;
  /** Default "auto". */
  readonly strategy?: Strategy;
  /** Any integer; the same seed gives the same samples. */
  readonly seed: number;
}

export interface Balanced {
  /** The given rows in their order, then the synthetic ones class by class: [count, features]. */
  readonly samples: Float32Array;
  /** [count] */
  readonly labels: Uint32Array;
  readonly count: number;
}

/**
 * Adds synthetic samples until every class has what `strategy` asks for. Only for training data, and only after the split.
 * Throws RangeError as `smote` does, naming the class, and for a strategy that cannot be met.
 */
export function balance(options: BalanceOptions): Balanced {
  const { samples, labels, count, features, neighbours = 5, imageWidth, strategy = 'auto', seed } = options;
  checkSamples(options);
  if (labels.length !== count) throw new RangeError(`labels must hold count = ${count} values, got ${labels.length}.`);
  const rowsOf = groupRows(labels);
  const targets = targetCounts(labels, strategy);
  let total = 0;
  for (const [label, target] of targets) {
    total += target;
    const present = rowsOf.get(label)!.length;
    if (target > present) checkNeighbours(neighbours, present, `class ${label}`);
  }

  const balanced = { samples: new Float32Array(total * features), labels: new Uint32Array(total), count: total };
  balanced.samples.set(samples);
  balanced.labels.set(labels);
  let next = count;
  for (const [label, target] of targets) {
    const rows = rowsOf.get(label)!;
    const amount = target - rows.length;
    if (amount === 0) continue;
    const own = gatherRows(samples, rows, features);
    const shape = { samples: own, count: rows.length, features, imageWidth };
    const synthetic = smote({ ...shape, neighbours, amount, seed, stream: label });
    balanced.samples.set(synthetic, next * features);
    balanced.labels.fill(label, next, next + amount);
    next += amount;
  }
  return balanced;
}

/**
 * Class -> the number of samples it shall have, in ascending order of class.
 * Throws RangeError for labels that are not whole numbers from 0 and for a strategy that cannot be met.
 */
export function targetCounts(labels: ArrayLike<number>, strategy: Strategy): Map<number, number> {
  const rowsOf = groupRows(labels);
  const targets = new Map([...rowsOf].map(([label, rows]) => [label, rows.length]));
  if (typeof strategy === 'object') {
    for (const [name, wanted] of Object.entries(strategy)) {
      const label = Number(name);
      const present = targets.get(label);
      if (present === undefined) {
        throw new RangeError(
          `strategy names class ${name}, but the labels hold only ${[...targets.keys()].join(', ')}.`,
        );
      }
      checkWholeNumber(`strategy for class ${name}, which has ${present} samples,`, wanted, present);
      targets.set(label, wanted);
    }
    return targets;
  }
  const ratio = strategy === 'auto' ? 1 : strategy;
  if (!(typeof ratio === 'number' && ratio > 0 && ratio <= 1)) {
    throw new RangeError(
      `strategy must be "auto", a ratio in (0, 1] or a record of class counts, got ${String(strategy)}.`,
    );
  }
  const largest = Math.max(0, ...targets.values());
  for (const [label, present] of targets) targets.set(label, Math.max(present, Math.round(ratio * largest)));
  return targets;
}

/** Class -> its row indices, in ascending order of class. */
function groupRows(labels: ArrayLike<number>): Map<number, number[]> {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    checkWholeNumber(`the label of row ${row}`, label, 0);
    const rows = rowsOf.get(label);
    if (rows) rows.push(row);
    else rowsOf.set(label, [row]);
  }
  return new Map([...rowsOf].sort(([a], [b]) => a - b));
}

function gatherRows(samples: Samples, rows: readonly number[], features: number): Float32Array {
  const gathered = new Float32Array(rows.length * features);
  rows.forEach((row, i) => gathered.set(samples.subarray(row * features, (row + 1) * features), i * features));
  return gathered;
}
