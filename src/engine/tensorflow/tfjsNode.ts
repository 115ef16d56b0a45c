/** TensorFlow as the npm packages of TensorFlow.js bring it: a C library that they download while they are installed. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isRecord } from '../../model/json.js';
import type { EngineProblem } from '../engineProbe.js';
import { librariesIn } from './libraryNames.js';

const packages = {
  // The package for GPUs runs on the processor as well.
  tensorflow: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
  cuda: ['@tensorflow/tfjs-node-gpu'],
} as const;

export interface TfjsNodeSearch {
  /** The folder with the libraries of a package that is whole. */
  readonly folder?: string;
  /** What is wrong with a package that was found. */
  readonly problem?: EngineProblem;
}

/** Looks for the packages in the `node_modules` of `roots` and of the folders above them; the first whole one counts. */
export async function findTfjsNode(kind: keyof typeof packages, roots: readonly string[]): Promise<TfjsNodeSearch> {
  let problem: EngineProblem | undefined;
  for (const name of packages[kind]) {
    for (const folder of roots.flatMap((root) => packageFolders(root, name))) {
      const version = await packageVersion(folder);
      if (version === undefined) continue;
      const libraries = join(folder, 'deps', 'lib');
      if (librariesIn(libraries) !== undefined) return { folder: libraries };
      problem ??= {
        problem: `${name} ${version} in ${folder} has no TensorFlow in deps/lib: its download failed when npm installed it.`,
        remedy: `Install TensorFlow for fer: fer engine install ${kind}`,
      };
    }
  }
  return problem === undefined ? {} : { problem };
}

/** Where Node looks for the package `name` from `root` on, nearest first. */
function packageFolders(root: string, name: string): string[] {
  const folders: string[] = [];
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules', name));
    if (dirname(folder) === folder) return folders;
  }
}

async function packageVersion(folder: string): Promise<string | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return isRecord(value) && typeof value['version'] === 'string' ? value['version'] : undefined;
  } catch {
    return undefined;
  }
}
