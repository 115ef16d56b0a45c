/** Loads a CSV for a command and tells on stderr what the user should know about it. */
import type { LoadedDataset, LoadOptions } from '../src/data/loadDataset.js';
import { printRemark, type OutputOptions } from './output.js';

/** Bad rows shown in full; the rest are only counted. */
const shownBadRows = 10;

/** `loadDataset` with remarks: rows left out, a split that had to be drawn, a cache that could not be written. */
export async function loadData(path: string, load: LoadOptions, output: OutputOptions): Promise<LoadedDataset> {
  const { loadDataset } = await import('../src/data/loadDataset.js');
  printRemark(`Reading ${path}`, output);
  const loaded = await loadDataset(path, load);
  for (const remark of remarksOn(path, loaded)) printRemark(remark, output);
  return loaded;
}

function remarksOn(path: string, { badRows, hasUsage, cacheWarning }: LoadedDataset): string[] {
  const remarks: string[] = [];
  if (badRows.length > 0) {
    remarks.push(`${path}: ${badRows.length} bad ${badRows.length === 1 ? 'row' : 'rows'} left out:`);
    for (const { line, expected, got } of badRows.slice(0, shownBadRows)) {
      remarks.push(`  ${path}:${line}: expected ${expected}, got ${got}`);
    }
    if (badRows.length > shownBadRows) remarks.push(`  and ${badRows.length - shownBadRows} more`);
  }
  if (!hasUsage) remarks.push(`${path} has no Usage column: a stratified split was drawn, the same for the same seed.`);
  if (cacheWarning !== undefined) remarks.push(`warning: the data could not be cached. ${cacheWarning}`);
  return remarks;
}
