/** What `fer engine list`, `install` and `remove` print. */
import type { InstallResult } from '../../src/engine/install/installation.js';
import type { EngineListing } from '../../src/engine/install/listEngines.js';
import { formatTable } from '../terminal/table.js';
import { wrapText } from '../terminal/wrap.js';

/** Of any terminal. */
const width = 80;

/** A line for each engine; for one that cannot be used its problem and, on a line of its own, what to do about it. */
export function formatEngines(engines: readonly EngineListing[]): string {
  const rows = engines.map(({ engine, version = '-', bytes }) => [
    engine,
    version,
    bytes === undefined ? '-' : formatMegabytes(bytes),
  ]);
  const [head = '', ...figures] = formatTable([['engine', 'version', 'size'], ...rows]).split('\n');
  const places = engines.map((listing, index) => formatPlace(listing, `${figures[index]!}  `));
  return [`${head}  place`, ...places].join('\n');
}

/** The last column, which holds paths and sentences, behind the `figures` of the others. */
function formatPlace({ state, folder = '', problem, remedy }: EngineListing, figures: string): string {
  if (state === 'built in') return `${figures}part of fer`;
  if (state === 'installed') return `${figures}${folder}`;
  if (state === 'found') return `${figures}${folder} (not installed by fer)`;
  const empty = ' '.repeat(figures.length);
  const lines = [problem ?? '', ...(remedy === undefined ? [] : [remedy])];
  return lines
    .map((line, index) => wrapText(line, { width, first: index === 0 ? figures : empty, rest: empty }))
    .join('\n');
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
