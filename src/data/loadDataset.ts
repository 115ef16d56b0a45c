/** From a CSV file to a dataset: the cache if it has it, the file if not, and a split if it has none. */
import { FerError } from '../errors.js';
import { readCsv } from './csv.js';
import type { BadRow } from './csvRow.js';
import { hashFile, openSource } from './csvSource.js';
import type { Dataset } from './dataset.js';
import { defaultCacheFolder, readCache, writeCache, type CachedContent } from './datasetCache.js';
import { splitWithoutUsage, type SplitOptions } from './split.js';

export interface LoadOptions extends Partial<SplitOptions> {
  /** Leave bad rows out and list them, instead of throwing at the first. Default false. */
  readonly skipBadRows?: boolean;
  /** Where packed copies are kept; false keeps none. Default: FER_CACHE_DIR, XDG_CACHE_HOME/fer or ~/.cache/fer. */
  readonly cacheFolder?: string | false;
}

/** Used where an option is absent. The shares are those of FER-2013 itself; they count only for a file without Usage. */
const loadDefaults = { skipBadRows: false, validationFraction: 0.1, testFraction: 0.1, seed: 0 } as const;

export interface LoadedDataset {
  readonly dataset: Dataset;
  /** Rows left out, in file order; empty unless `skipBadRows`. */
  readonly badRows: readonly BadRow[];
  readonly source: 'csv' | 'cache';
  /** False when the file has no Usage column and the split was drawn. */
  readonly hasUsage: boolean;
  /** Why the cache could not be written, if it could not: the dataset is good all the same. */
  readonly cacheWarning?: string;
}

/**
 * Loads a FER-2013 CSV, plain or gzip: pixels [count, 48, 48], rows in file order. Only files without a bad row are cached, so a
 * load that skips rows never changes what a strict one sees.
 *
 * Throws DATA_NOT_FOUND when there is no file, DATA_INVALID for the first bad row as `file:line: expected ..., got ...`, an empty
 * file or a damaged gzip stream, CONFIG_INVALID for shares that leave no training rows.
 */
export async function loadDataset(path: string, options: LoadOptions = {}): Promise<LoadedDataset> {
  const { cacheFolder = defaultCacheFolder(), ...rest } = options;
  const settings = { ...loadDefaults, ...rest };
  checkShares(settings);
  const file = await openSource(path);
  try {
    const cached = cacheFolder === false ? undefined : await readCache(cacheFolder, await hashFile(file));
    if (cached) return { dataset: split(cached, settings), badRows: [], source: 'cache', hasUsage: cached.hasUsage };
    const content = await readCsv(file, path, settings);
    const { badRows, hasUsage } = content;
    const loaded = { dataset: split(content, settings), badRows, source: 'csv', hasUsage } as const;
    if (cacheFolder === false || badRows.length > 0) return loaded;
    const cacheWarning = await writeCache(cacheFolder, content).then(() => undefined, asMessage);
    return cacheWarning === undefined ? loaded : { ...loaded, cacheWarning };
  } finally {
    await file.close();
  }
}

/** What a person should know of data without a Usage column that was loaded with the shares and the seed of the defaults. */
export function describeDrawnSplit(path: string): string {
  const { validationFraction: validation, testFraction: test } = loadDefaults;
  const shares = [1 - validation - test, validation, test].map((share) => Math.round(share * 100)).join('/');
  return `${path} has no Usage column: a stratified ${shares} split was drawn, the same every time.`;
}

function split(content: CachedContent, options: SplitOptions): Dataset {
  return content.hasUsage ? content.dataset : splitWithoutUsage(content.dataset, options);
}

function checkShares({ validationFraction, testFraction }: SplitOptions): void {
  if (validationFraction >= 0 && testFraction >= 0 && validationFraction + testFraction < 1) return;
  throw new FerError(
    'CONFIG_INVALID',
    `Expected shares for validation and test of at least 0 and below 1 together, got ${validationFraction} and ${testFraction}.`,
  );
}

/** Failing to cache costs time, not correctness: whatever the reason, it is a warning. */
function asMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
