/** `installed.json`: what was installed in an engine's folder. It is written last, so that a folder with it is whole. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../files.js';
import { isRecord } from '../../model/json.js';
import type { InstallableEngine } from './engineFolder.js';

export interface InstalledEngine {
  readonly engine: InstallableEngine;
  /** Of each package that was installed: { tensorflow: '2.21.0', 'nvidia-cudnn-cu12': '9.3.0.75' }. */
  readonly versions: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. */
  readonly installedAt: string;
}

const fileName = 'installed.json';

/** What `folder` says of itself; undefined when it is absent or not whole. */
export async function readInstalledEngine(folder: string): Promise<InstalledEngine | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, fileName), 'utf8'));
    return isInstalledEngine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Marks `folder` as whole. Throws WRITE_FAILED. */
export async function writeInstalledEngine(folder: string, installed: InstalledEngine): Promise<void> {
  await replaceFile(join(folder, fileName), `${JSON.stringify(installed, null, 2)}\n`);
}

function isInstalledEngine(value: unknown): value is InstalledEngine {
  return (
    isRecord(value) &&
    typeof value['engine'] === 'string' &&
    typeof value['installedAt'] === 'string' &&
    isRecord(value['versions']) &&
    Object.values(value['versions']).every((version) => typeof version === 'string')
  );
}
