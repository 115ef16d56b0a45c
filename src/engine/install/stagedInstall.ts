/** An engine's folder is built beside its place and takes it when it is whole: what was there before stays until then. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../files.js';
import { isAlive } from '../../processes.js';
import { folderBytes } from './diskSpace.js';
import { engineFolder, type InstallableEngine } from './engineFolder.js';
import { installError, type InstallOptions, type InstallResult } from './installation.js';
import { readInstalledEngine, writeInstalledEngine } from './installedEngine.js';

/** What building an engine's folder gives. */
export type BuiltEngine = Pick<InstallResult, 'versions' | 'remarks'>;

/** Folders that this process is building. */
const building = new Set<string>();

/**
 * Lets `build` fill a new folder, and puts that in the place of `engine`. Whatever goes wrong, a kill included, leaves the engine that was
 * there; what a killed process left is removed by the next one. Throws ENGINE_INSTALL_FAILED while another process installs the same
 * engine, and for a folder that cannot be written.
 */
export async function installStaged(
  engine: InstallableEngine,
  options: InstallOptions,
  build: (folder: string) => Promise<BuiltEngine>,
): Promise<InstallResult> {
  const folder = engineFolder(engine, options.environment);
  const staging = `${folder}.installing-${process.pid}`;
  if (building.has(staging)) throw inProgress(engine, staging, process.pid);
  building.add(staging);
  try {
    await claim(engine, folder, staging);
    const { versions, remarks } = await build(staging);
    options.signal?.throwIfAborted();
    const installed = { engine, versions, installedAt: new Date().toISOString() };
    await writeInstalledEngine(staging, installed);
    const bytes = await folderBytes(staging);
    await takePlace(staging, folder);
    return { ...installed, isNew: true, folder, bytes, remarks };
  } catch (error) {
    throw asInstallError(error, folder);
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
    building.delete(staging);
  }
}

/** The engine that is installed; undefined when there is none, or when it is not whole. */
export async function presentEngine(
  engine: InstallableEngine,
  environment: NodeJS.ProcessEnv,
): Promise<InstallResult | undefined> {
  const folder = engineFolder(engine, environment);
  const installed = await readInstalledEngine(folder);
  return installed && { ...installed, isNew: false, folder, bytes: await folderBytes(folder), remarks: [] };
}

/** Removes an installed engine; returns its size in bytes, undefined when there is none. Throws as `installStaged` does. */
export async function removeEngine(
  engine: InstallableEngine,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number | undefined> {
  const folder = engineFolder(engine, environment);
  const staging = `${folder}.installing-${process.pid}`;
  try {
    await claim(engine, folder, staging);
    const bytes = await folderBytes(folder);
    const aside = await moveAside(folder);
    if (aside === undefined) return undefined;
    await rm(aside, { recursive: true });
    return bytes;
  } catch (error) {
    throw asInstallError(error, folder);
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Makes `staging`, whose name says which process works on the engine. Every process makes its own and then looks for others, so two that
 * start at the same instant may both be refused but never both go on.
 */
async function claim(engine: InstallableEngine, folder: string, staging: string): Promise<void> {
  await makeFolder(dirname(folder));
  await rm(staging, { recursive: true, force: true }); // of a killed process that had this number
  await mkdir(staging);
  for (const name of await readdir(dirname(folder))) {
    const [, of, kind, digits] = /^(\w+)\.(installing|replaced)-(\d+)$/.exec(name) ?? [];
    const owner = Number(digits);
    if (of !== engine || owner === process.pid) continue;
    const path = join(dirname(folder), name);
    if (isAlive(owner)) throw inProgress(engine, path, owner);
    // A kill between the two renames of `takePlace` leaves the engine under this name only.
    if (kind === 'replaced') await rename(path, folder).catch(() => undefined);
    await rm(path, { recursive: true, force: true });
  }
}

async function takePlace(staging: string, folder: string): Promise<void> {
  const before = await moveAside(folder);
  try {
    await rename(staging, folder);
  } catch (error) {
    if (before !== undefined) await rename(before, folder);
    throw error;
  }
  if (before !== undefined) await rm(before, { recursive: true, force: true });
}

/** Where `folder` is now; undefined when there was none. */
async function moveAside(folder: string): Promise<string | undefined> {
  const aside = `${folder}.replaced-${process.pid}`;
  await rm(aside, { recursive: true, force: true });
  try {
    await rename(folder, aside);
    return aside;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function inProgress(engine: InstallableEngine, path: string, owner: number): Error {
  return installError(
    `Process ${owner} is installing or removing ${engine}.`,
    `Wait for its end. If that process is something else, delete ${path}.`,
  );
}

const diskReasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is full',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there, or a program uses it',
  EBUSY: 'a program uses it',
  EROFS: 'it is read-only',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'part of the path is a file',
};

/** Errors of the file system become errors that the user can mend; others stay as they are. */
function asInstallError(error: unknown, folder: string): unknown {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' && syscall === 'mkdir' ? 'no folder can be made there' : diskReasons[code];
  if (reason === undefined) return error;
  const problem = `Cannot write ${folder}: ${reason}.`;
  return installError(problem, 'Mend that, or set FER_ENGINES_DIR to another folder.', error);
}
