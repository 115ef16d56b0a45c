/** The rules that every row of a FER-2013 CSV must meet, and how a breach is told. */
import { FerError } from '../errors.js';
import { classNames, imageSize, usages } from './dataset.js';
import type { PixelStore } from './pixelText.js';

/** Grey levels per image. */
export const pixelCount = imageSize * imageSize;

/** A row that broke a rule. */
export interface BadRow {
  /** Line of the file on which the row ends, from 1. */
  readonly line: number;
  readonly expected: string;
  readonly got: string;
}

/** Where the columns are. `usage` is -1 when the file has none. */
export interface Columns {
  readonly emotion: number;
  readonly pixels: number;
  readonly usage: number;
  readonly count: number;
}

/** A row that met all rules. `start` is where its pixels lie in the store; `usage` is an index, 0 when the file has none. */
export interface GoodRow {
  readonly label: number;
  readonly usage: number;
  readonly start: number;
}

/** The columns of a header, in any order. Throws DATA_INVALID when it is not `emotion,pixels` with or without `Usage`. */
export function readHeader(fields: readonly string[], store: PixelStore, where: string): Columns {
  const names = fields.map((field) => field.trim().toLowerCase());
  const columns = {
    emotion: names.indexOf('emotion'),
    pixels: names.indexOf('pixels'),
    usage: names.indexOf('usage'),
    count: names.length,
  };
  const expectedCount = columns.usage < 0 ? 2 : 3;
  if (columns.emotion < 0 || columns.pixels < 0 || names.length !== expectedCount) {
    const expected = 'the columns emotion,pixels,Usage or emotion,pixels in any order, named in the first line';
    throw new FerError(
      'DATA_INVALID',
      `${where}: expected ${expected}, got ${quote(store.describe(fields.join(',')))}.`,
    );
  }
  return columns;
}

/** Checks one row. Returns it packed, or what was expected and what came. */
export function readRow(
  fields: readonly string[],
  columns: Columns,
  store: PixelStore,
): GoodRow | Omit<BadRow, 'line'> {
  if (fields.length !== columns.count) {
    return {
      expected: `${columns.count} columns`,
      got: `${fields.length} (${store.describe(shorten(fields.join(',')))})`,
    };
  }
  const emotion = fields[columns.emotion]!.trim();
  const label = /^\d{1,3}$/.test(emotion) ? Number(emotion) : -1;
  if (label < 0 || label >= classNames.length) {
    return { expected: `an emotion from 0 to ${classNames.length - 1}`, got: quote(store.describe(emotion)) };
  }
  const usageText = columns.usage < 0 ? usages[0] : fields[columns.usage]!.trim();
  const usage = usages.findIndex((name) => name === usageText);
  if (usage < 0) return { expected: `Usage ${usages.join(', ')}`, got: quote(store.describe(usageText)) };
  const field = fields[columns.pixels]!.trim();
  const expected = `${pixelCount} integers from 0 to 255`;
  const run = store.take(field);
  if (!run) {
    const numbers =
      field === ''
        ? 'no pixels'
        : /^[\d ]*$/.test(field)
          ? `${field.split(/ +/).length} integers`
          : quote(store.describe(field));
    return { expected, got: numbers };
  }
  if (run.count !== pixelCount) return { expected, got: `${run.count} integers` };
  if (run.outOfRange) return { expected, got: `${run.outOfRange.value} at position ${run.outOfRange.position}` };
  return { label, usage, start: run.start };
}

/** `file:line: expected ..., got ...`. */
export function describeBadRow(path: string, row: BadRow): string {
  return `${path}:${row.line}: expected ${row.expected}, got ${row.got}`;
}

function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
