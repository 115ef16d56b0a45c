/** Loads a CSV for a command and tells on stderr what the user should know about it. */
import type { LoadedDataset, LoadOptions } from '../src/data/loadDataset.js';
import { printRemark, type OutputOptions } from './output.js';

/** Bad rows shown in full; the rest are only counted. */
const shownBadRows = 10;

/** `loadDataset` with remarks: rows left out, a split that had to be drawn, a cache that could not be written. */
export async function loadData(path: string, load: LoadOptions, output: OutputOptions): Promise<LoadedDataset> {
  const { describeDrawnSplit, loadDataset } = await import('../src/data/loadDataset.js');
  printRemark(`Reading ${path}`, output);
  const loaded = await loadDataset(path, load);
  for (const remark of remarksOn(path, loaded)) printRemark(remark, output);
  if (!loaded.hasUsage) printRemark(describeDrawnSplit(path), output);
  return loaded;
}

function remarksOn(path: string, { badRows, cacheWarning }: LoadedDataset): string[] {
  const remarks: string[] = [];
  if (badRows.length > 0) {
    remarks.push(`${path}: ${badRows.length} bad ${badRows.length === 1 ? 'row' : 'rows'} left out:`);
    for (const { line, expected, got } of badRows.slice(0, shownBadRows)) {
      remarks.push(`  ${path}:${line}: expected ${expected}, got ${got}`);
    }
    if (badRows.length > shownBadRows) remarks.push(`  and ${badRows.length - shownBadRows} more`);
  }
  if (cacheWarning !== undefined) remarks.push(`warning: the data could not be cached. ${cacheWarning}`);
  return remarks;
}
