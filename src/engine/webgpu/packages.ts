/** The packages that this engine is made of, loaded from the folder that `fer engine install webgpu` fills. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Backend from '@tensorflow/tfjs-backend-webgpu';
import type * as Core from '@tensorflow/tfjs-core';
import { engineFolder } from '../install/engineFolder.js';
import { isRecord } from '../../model/json.js';

/** `webgpu` is Dawn, Chrome's implementation of WebGPU, for Node. */
export const packageNames = ['webgpu', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'] as const;

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

/** Dawn's entry: flags such as `adapter=NVIDIA` choose what it may use. The process lives as long as what `create` gives is referred to. */
export interface Dawn {
  create(flags: readonly string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

const folder = (): string => engineFolder('webgpu');

/** The packages that are there; nothing is loaded. */
export function installedPackages(): InstalledPackage[] {
  return packageNames.flatMap((name) => {
    const path = join(folder(), 'node_modules', name);
    const manifest = join(path, 'package.json');
    if (!existsSync(manifest)) return [];
    return [{ name, version: versionIn(manifest), path }];
  });
}

/** What a package.json has for its version; `damaged` when it cannot be read. */
function versionIn(manifest: string): string {
  try {
    const value: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
    if (isRecord(value) && typeof value['version'] === 'string') return value['version'];
  } catch {
    // told like one without a version
  }
  return 'damaged';
}

/** Loads Dawn, and makes the classes and constants of WebGPU global, where TensorFlow.js looks for them. */
export async function loadDawn(): Promise<Dawn> {
  const path = createRequire(join(folder(), 'package.json')).resolve('webgpu');
  const dawn = (await import(pathToFileURL(path).href)) as Dawn;
  Object.assign(globalThis, dawn.globals);
  return dawn;
}

export interface TensorFlowPackages {
  readonly core: typeof Core;
  readonly backend: typeof Backend;
}

/** Loads TensorFlow.js. It registers kernels, but no backend: nothing changes for whoever uses it elsewhere in the process. */
export function loadTensorFlow(): TensorFlowPackages {
  const require = createRequire(join(folder(), 'package.json'));
  return {
    core: require('@tensorflow/tfjs-core') as typeof Core,
    backend: require('@tensorflow/tfjs-backend-webgpu') as typeof Backend,
  };
}
