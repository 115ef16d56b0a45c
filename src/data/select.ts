/** Parts of a dataset: the rows of one split, any list of rows, and what they hold. */
import { FerError } from '../errors.js';
import { usages, type Dataset, type Usage } from './dataset.js';

/** The number of images of each class, in the order of `dataset.classNames`. */
export function countClasses(dataset: Dataset): number[] {
  const counts = new Array<number>(dataset.classNames.length).fill(0);
  for (const label of dataset.labels) counts[label]! += 1;
  return counts;
}

/** The number of images of each split, in the order of `usages`. */
export function countUsages(dataset: Dataset): number[] {
  const counts = usages.map(() => 0);
  for (const usage of dataset.usage) counts[usage]! += 1;
  return counts;
}

export interface SelectOptions {
  /** Pixels in shared memory, where other threads can read them without a copy; false. */
  readonly shared?: boolean;
}

/** A copy of the given rows, in the given order; the hash stays that of the source. Throws RangeError for a row that is not there. */
export function selectRows(dataset: Dataset, rows: ArrayLike<number>, { shared = false }: SelectOptions = {}): Dataset {
  const area = dataset.height * dataset.width;
  const size = rows.length * area;
  const pixels = new Uint8Array(shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
  const labels = new Uint8Array(rows.length);
  const usage = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(row >= 0 && row < dataset.count)) {
      throw new RangeError(`Expected a row from 0 to ${dataset.count - 1}, got ${row}.`);
    }
    pixels.set(dataset.pixels.subarray(row * area, (row + 1) * area), i * area);
    labels[i] = dataset.labels[row]!;
    usage[i] = dataset.usage[row]!;
  }
  return { ...dataset, pixels, labels, usage, count: rows.length };
}

/**
 * The rows of one split, in file order: those of `dataset` itself where they follow each other, as in FER-2013, and else a copy.
 * Throws DATA_INVALID with the counts of all splits when it is empty.
 */
export function selectUsage(dataset: Dataset, usage: Usage, options: SelectOptions = {}): Dataset {
  const wanted = usages.indexOf(usage);
  const rows: number[] = [];
  for (let row = 0; row < dataset.count; row++) if (dataset.usage[row] === wanted) rows.push(row);
  if (rows.length === 0) {
    const counts = countUsages(dataset).map((count, i) => `${usages[i]!} ${count}`);
    throw new FerError(
      'DATA_INVALID',
      `Expected rows of the split ${usage}, got none (${counts.join(', ')}). Choose another split or a file that has it.`,
    );
  }
  const follow = rows.at(-1)! - rows[0]! === rows.length - 1;
  const lieRight = options.shared !== true || dataset.pixels.buffer instanceof SharedArrayBuffer;
  return follow && lieRight ? viewRows(dataset, rows[0]!, rows.length) : selectRows(dataset, rows, options);
}

function viewRows(dataset: Dataset, first: number, count: number): Dataset {
  const area = dataset.height * dataset.width;
  const end = first + count;
  return {
    ...dataset,
    pixels: dataset.pixels.subarray(first * area, end * area),
    labels: dataset.labels.subarray(first, end),
    usage: dataset.usage.subarray(first, end),
    count,
  };
}

/**
 * Throws DATA_INVALID when a class has no image in `dataset`, naming it and the counts of the others. `subject` is what the
 * dataset is called in the message, such as 'Training'. Training needs every class; evaluating and looking do not.
 */
export function requireEveryClass(dataset: Dataset, subject: string): void {
  const counts = countClasses(dataset);
  const missing = dataset.classNames.filter((_, index) => counts[index] === 0);
  if (missing.length === 0) return;
  const found = dataset.classNames.map((name, index) => `${name} ${counts[index]!}`).join(', ');
  throw new FerError(
    'DATA_INVALID',
    `Expected images of every class in ${subject}, got none of ${missing.join(', ')} (${found}). Add rows of it to the file.`,
  );
}
