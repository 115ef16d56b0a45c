/** Weights of single images, as a CSV of one column beside the images' own CSV. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FerError } from '../errors.js';

/** Weights in file order. */
export interface SampleWeights {
  /** Finite and 0 or more, at least one above 0: [count]. */
  readonly weights: Float32Array;
  /** SHA-256 of the file's bytes, in hex. */
  readonly hash: string;
}

const header = 'weight';
const form = `a first line "${header}", then one number of 0 or more per line`;

/**
 * Reads a CSV with the header `weight` and `count` numbers below it. `of` names the rows that they belong to in messages.
 * Throws DATA_NOT_FOUND when there is no such file; DATA_INVALID as `file:line: expected ..., got ...` for a bad line, and for
 * another number of lines or weights that are all 0.
 */
export async function readSampleWeights(
  path: string,
  { count, of }: { readonly count: number; readonly of: string },
): Promise<SampleWeights> {
  const bytes = await readWeightFile(path);
  const [first = '', ...lines] = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  if (unquoted(first).toLowerCase() !== header) {
    throw new FerError('DATA_INVALID', `${path}:1: expected ${form}; got ${JSON.stringify(first.slice(0, 60))}.`);
  }
  const weights = Float32Array.from(lines, (text, index) => parseWeight(text, `${path}:${index + 2}`));
  if (weights.length !== count) {
    throw new FerError(
      'DATA_INVALID',
      `${path}: expected ${count} weights, one for each of ${of} in their order; got ${weights.length}. ` +
        'Write a line for every one of these rows, with 1 where nothing else is known, and none for other rows.',
    );
  }
  if (!weights.some((weight) => weight > 0)) {
    throw new FerError(
      'DATA_INVALID',
      `${path}: expected a weight above 0; all ${count} are 0, so nothing would train.`,
    );
  }
  return { weights, hash: createHash('sha256').update(bytes).digest('hex') };
}

async function readWeightFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : (cause as Error).message;
    throw new FerError('DATA_NOT_FOUND', `Expected sample weights at ${path}: ${reason}. Write ${form}.`, { cause });
  }
}

function parseWeight(text: string, where: string): number {
  const field = unquoted(text);
  const weight = field === '' ? NaN : Math.fround(Number(field)); // as float32, where 1e39 is infinite
  if (Number.isFinite(weight) && weight >= 0) return weight;
  throw new FerError(
    'DATA_INVALID',
    `${where}: expected a finite number of 0 or more, got ${JSON.stringify(text.slice(0, 60))}.`,
  );
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}
