/** What `fer export` says of what it wrote. */
import { formatCount, formatPercent } from '../../src/eval/decimals.js';
import type { AssumedField } from '../../src/model/formats/completeCard.js';
import type { ExportFormat, Exported } from '../../src/model/formats/exportModel.js';
import type { Precision } from '../../src/model/formats/layers/precision.js';

/** What fewer bits cost: accuracy on one split, with the weights as they were and as they were written. */
export interface PrecisionCost {
  readonly split: string;
  readonly count: number;
  readonly before: number;
  readonly after: number;
}

export interface ExportReport extends Exported {
  readonly format: ExportFormat;
  readonly precision: Precision;
  readonly cost?: PrecisionCost;
  /** What the file that was read does not say. */
  readonly assumed: readonly AssumedField[];
}

/** One line, and one more for the cost. */
export function formatExport({ path, bytes, precision, cost }: ExportReport): string {
  const wrote = `Wrote ${path} (${formatCount(Math.ceil(bytes / 1000))} kB).`;
  if (!cost) return wrote;
  const { split, count, before, after } = cost;
  const points = (100 * (after - before)).toFixed(2).replace('-', '−');
  const change = `${after >= before ? '+' : ''}${points} points`;
  return (
    `${wrote}\n${split} accuracy ${formatPercent(before)} with float32, ${formatPercent(after)} with ${precision}: ` +
    `${change} (${formatCount(count)} images).`
  );
}
