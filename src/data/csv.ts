/** Reads a FER-2013 CSV into packed bytes, row by row: a file of any size needs little more memory than its pixels. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { CsvError, parse, type Options } from 'csv-parse';
import { FerError } from '../errors.js';
import { describeBadRow, pixelCount, readHeader, readRow, type BadRow, type Columns } from './csvRow.js';
import { readText, through } from './csvSource.js';
import { classNames, imageSize, type Dataset } from './dataset.js';
import { extractPixels, PixelStore } from './pixelText.js';

export interface CsvOptions {
  /** Collect bad rows instead of throwing at the first. */
  readonly skipBadRows: boolean;
}

/** What a CSV holds. Without a Usage column every row is Training. */
export interface CsvContent {
  readonly dataset: Dataset;
  readonly badRows: readonly BadRow[];
  readonly hasUsage: boolean;
}

/** Bytes of one row once its pixels are out; stops at an unclosed quote instead of swallowing the file. */
const longestRow = 32768;

interface CsvRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** Reads an open file from its start; `path` names it in messages. Throws DATA_INVALID: `file:line: expected ..., got ...`. */
export async function readCsv(file: FileHandle, path: string, options: CsvOptions): Promise<CsvContent> {
  const store = new PixelStore(pixelCount);
  const rows = new RowCollector(store);
  const badRows: BadRow[] = [];
  const reject = (row: BadRow, cause?: unknown): void => {
    if (!options.skipBadRows) throw badRowError(path, row, cause);
    badRows.push(row);
  };
  const parserOptions: Options = {
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: options.skipBadRows,
    on_skip: (error) => {
      if (error) reject(syntaxRow(error), error);
    },
    // csv-parse drops the rest of a block when it skips a record for its size.
    ...(options.skipBadRows ? {} : { max_record_size: longestRow }),
  };
  const hash = createHash('sha256');
  const text = extractPixels(readText(file, path, hash), store);
  let columns: Columns | undefined;
  try {
    for await (const { record, info } of through<CsvRecord>(text, parse(parserOptions))) {
      if (!columns) {
        columns = readHeader(record, store, `${path}:${info.lines}`);
        continue;
      }
      const row = readRow(record, columns, store);
      if ('expected' in row) reject({ line: info.lines, ...row });
      else rows.add(row.label, row.usage, row.start);
    }
  } catch (error) {
    if (error instanceof CsvError) throw badRowError(path, syntaxRow(error), error);
    throw error;
  }
  if (!columns)
    throw new FerError('DATA_INVALID', `${path}: expected the columns emotion,pixels,Usage, got an empty file.`);
  if (rows.count === 0) {
    const first = badRows[0];
    const found = first
      ? `only bad ones (${badRows.length}). The first: ${describeBadRow(path, first)}`
      : 'only the header';
    throw new FerError('DATA_INVALID', `${path}: expected rows of images, got ${found}.`);
  }
  return { dataset: rows.finish(hash.digest('hex')), badRows, hasUsage: columns.usage >= 0 };
}

/** Gathers the good rows; their pixels move up over those of bad ones. */
class RowCollector {
  count = 0;
  private readonly labels: number[] = [];
  private readonly usage: number[] = [];

  constructor(private readonly store: PixelStore) {}

  add(label: number, usage: number, start: number): void {
    const target = this.count * pixelCount;
    if (target !== start) this.store.bytes.copyWithin(target, start, start + pixelCount);
    this.labels.push(label);
    this.usage.push(usage);
    this.count++;
  }

  finish(hash: string): Dataset {
    return {
      pixels: this.store.bytes.subarray(0, this.count * pixelCount), // no copy: it can be 80 MB
      labels: Uint8Array.from(this.labels),
      usage: Uint8Array.from(this.usage),
      count: this.count,
      height: imageSize,
      width: imageSize,
      classNames,
      hash,
    };
  }
}

/** csv-parse's codes in words; the code itself serves for those that these options cannot cause. */
const syntaxErrors: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that is never closed',
  INVALID_OPENING_QUOTE: 'a quote in the middle of a field',
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
  CSV_MAX_RECORD_SIZE: `a row of more than ${longestRow} bytes besides its pixels`,
};

function syntaxRow(error: CsvError): BadRow {
  const line = (error as CsvError & { lines?: number }).lines ?? 0;
  return {
    line,
    expected: 'fields separated by commas, each quoted as a whole or not at all',
    got: syntaxErrors[error.code] ?? error.code,
  };
}

function badRowError(path: string, row: BadRow, cause: unknown): FerError {
  const advice = 'Mend the row, or skip bad rows with --skip-bad-rows.';
  return new FerError('DATA_INVALID', `${describeBadRow(path, row)}. ${advice}`, { cause });
}
