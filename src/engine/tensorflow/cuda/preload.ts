/** NVIDIA's libraries beside TensorFlow, opened before it asks for them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openForGood, type Koffi } from '../library/koffi.js';

/** Those without which TensorFlow registers no GPU and those that they need, each behind what it needs itself. */
const needed = ['cudart', 'nvJitLink', 'cublasLt', 'cublas', 'cufft', 'curand', 'cusparse', 'cusolver', 'cudnn'];

/**
 * Opens the libraries in `folders` until the process ends: TensorFlow asks the system's loader for `libcudnn.so.9`, which takes one of that
 * name that is open already, wherever it lies. Whether it finds them by itself depends on how its wheel was linked, and LD_LIBRARY_PATH
 * cannot be changed from within. What is not there or does not open is left to TensorFlow. Gives the paths of those that are open now.
 */
export function preloadNvidia(koffi: Koffi, folders: readonly string[]): string[] {
  const present = folders.flatMap((folder) => readdirSync(folder).map((name) => ({ name, path: join(folder, name) })));
  return needed
    .flatMap((library) => present.filter(({ name }) => libraryName(name) === library))
    .map(({ path }) => path)
    .filter((path) => openForGood(koffi, path) === undefined);
}

/** `cudnn` of `libcudnn.so.9`; undefined for other files. */
function libraryName(file: string): string | undefined {
  return /^lib(\w+)\.so\.\d+$/.exec(file)?.[1];
}
