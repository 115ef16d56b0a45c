/** What `fer engine list`, `install` and `remove` print. */
import type { InstallResult } from '../../src/engine/install/installation.js';
import type { EngineListing } from '../../src/engine/install/listEngines.js';
import { formatTable } from '../terminal/table.js';

/** A line for each engine. */
export function formatEngines(engines: readonly EngineListing[]): string {
  const rows = engines.map(({ engine, version = '-', bytes, ...listing }) =>
    [engine, version, bytes === undefined ? '-' : formatMegabytes(bytes)].concat(placeOf(listing)),
  );
  // The last column holds sentences: it is not aligned to the right as numbers are.
  const numbers = formatTable([['engine', 'version', 'size'], ...rows.map((row) => row.slice(0, 3))]).split('\n');
  return numbers.map((line, index) => `${line}  ${index === 0 ? 'place' : rows[index - 1]![3]!}`).join('\n');
}

function placeOf({ state, folder, problem, remedy }: Omit<EngineListing, 'engine' | 'version' | 'bytes'>): string {
  if (state === 'built in') return 'part of fer';
  if (state === 'installed') return folder ?? '';
  return state === 'found' ? `${folder ?? ''} (not installed by fer)` : `${problem ?? ''} ${remedy ?? ''}`;
}

/** One line, with the versions of what the engine is called after. */
export function formatInstalled({ engine, versions, folder, bytes, isNew }: InstallResult): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const place = `${packages.join(', ')} (${formatMegabytes(bytes)} in ${folder})`;
  if (!isNew) return `${engine} is installed already: ${place}. --force installs it again.`;
  return `Installed ${engine}: ${place}.`;
}

export interface RemovedEngine {
  readonly engine: string;
  readonly folder: string;
  readonly bytes: number;
}

/** One line. */
export function formatRemoved({ engine, folder, bytes }: RemovedEngine): string {
  return `Removed ${engine} from ${folder} (${formatMegabytes(bytes)}).`;
}

function formatMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
