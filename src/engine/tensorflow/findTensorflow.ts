/** Finds the TensorFlow that an engine is to use; nothing is loaded. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineProblem } from '../engineProbe.js';
import { engineFolder } from '../install/engineFolder.js';
import { readInstalledEngine } from '../install/installedEngine.js';
import { librariesIn, nvidiaFolders, wheelLibraries, type TensorflowLibraries } from './libraryNames.js';
import { findTfjsNode } from './tfjsNode.js';

/** The two engines that run on TensorFlow: on the processor, on NVIDIA's GPUs. */
export type TensorflowKind = 'tensorflow' | 'cuda';

export interface TensorflowInstallation extends TensorflowLibraries {
  /** `FER_TENSORFLOW_DIR`, `fer engine install`, or an npm package `@tensorflow/tfjs-node[-gpu]`. */
  readonly source: 'environment' | 'installed' | 'tfjs-node';
  /** The folder of both libraries. */
  readonly folder: string;
  /** Folders with NVIDIA's libraries beside it, to be loaded from before the system's; empty when there are none. */
  readonly nvidiaFolders: readonly string[];
}

/** Either an installation, or at least one problem. */
export type TensorflowSearch =
  | { readonly installation: TensorflowInstallation; readonly problems: readonly [] }
  | { readonly installation: undefined; readonly problems: readonly EngineProblem[] };

export interface SearchPlaces {
  readonly environment?: NodeJS.ProcessEnv;
  /** Folders from which npm packages are looked for, upwards: where fer is installed and the working folder unless given. */
  readonly packageRoots?: readonly string[];
}

/**
 * The TensorFlow of `kind`: what `FER_TENSORFLOW_DIR` names, else what `fer engine install` installed, else an npm package. A folder
 * that was named or installed and is not whole is a problem, never passed over. Never throws.
 */
export async function findTensorflow(kind: TensorflowKind, places: SearchPlaces = {}): Promise<TensorflowSearch> {
  const { environment = process.env, packageRoots = defaultRoots() } = places;
  if (process.platform === 'win32') return failed(windowsProblem);
  const named = environment['FER_TENSORFLOW_DIR'];
  if (named) return searchNamed(resolve(named));
  const installed = await searchInstalled(kind, environment);
  if (installed !== undefined) return installed;
  const { folder, problem } = await findTfjsNode(kind, packageRoots);
  const libraries = folder === undefined ? undefined : librariesIn(folder);
  if (folder !== undefined && libraries !== undefined) return found(libraries, folder, 'tfjs-node');
  return failed(problem ?? notInstalled(kind));
}

function defaultRoots(): string[] {
  return [fileURLToPath(new URL('.', import.meta.url)), process.cwd()];
}

/** `named` itself, a site-packages folder, an unpacked C library or a tfjs-node package. */
function searchNamed(named: string): TensorflowSearch {
  const inside = ['.', 'tensorflow', 'lib', join('deps', 'lib')];
  for (const folder of inside.map((name) => join(named, name))) {
    const libraries = librariesIn(folder);
    if (libraries !== undefined) return found(libraries, folder, 'environment');
  }
  const { library, framework } = wheelLibraries;
  const came = existsSync(named) ? 'they are not there' : 'there is no such folder';
  return failed({
    problem: `FER_TENSORFLOW_DIR is ${named}: expected a folder with ${library} and ${framework}, but ${came}.`,
    remedy: 'Set it to the folder tensorflow/ of a Python installation of TensorFlow, or unset it.',
  });
}

/** The GPU's TensorFlow runs on the processor as well: `tensorflow` takes it when there is no other. */
async function searchInstalled(
  kind: TensorflowKind,
  environment: NodeJS.ProcessEnv,
): Promise<TensorflowSearch | undefined> {
  for (const engine of kind === 'cuda' ? (['cuda'] as const) : (['tensorflow', 'cuda'] as const)) {
    const root = engineFolder(engine, environment);
    if (!existsSync(root)) continue;
    const folder = join(root, 'site', 'tensorflow');
    const libraries = (await readInstalledEngine(root)) && librariesIn(folder);
    if (libraries !== undefined) return found(libraries, folder, 'installed');
    return failed({
      problem: `The engine in ${root} is not whole: expected installed.json and TensorFlow's libraries there.`,
      remedy: `Install it again: fer engine install ${engine}`,
    });
  }
  return undefined;
}

function found(
  libraries: TensorflowLibraries,
  folder: string,
  source: TensorflowInstallation['source'],
): TensorflowSearch {
  return { installation: { ...libraries, source, folder, nvidiaFolders: nvidiaFolders(folder) }, problems: [] };
}

function failed(problem: EngineProblem): TensorflowSearch {
  return { installation: undefined, problems: [problem] };
}

function notInstalled(kind: TensorflowKind): EngineProblem {
  return { problem: 'TensorFlow is not installed.', remedy: `Install it: fer engine install ${kind}` };
}

const windowsProblem: EngineProblem = {
  problem: 'TensorFlow has no library for Windows that can be loaded here.',
  remedy: 'Run fer in WSL2 (wsl --install), where Linux engines work, NVIDIA GPUs included; or use --engine webgpu.',
};
