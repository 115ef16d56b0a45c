/** The versions of the CUDA libraries that TensorFlow computes with. */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { LibraryHandle } from 'koffi';
import type { Finding } from '../../engineProbe.js';
import { openFunctions, type Koffi } from '../library/koffi.js';
import { versionOf } from './driver.js';

/** Of the CUDA runtime and of cuDNN, as far as they can be opened: those in `folders`, which TensorFlow looks into first, or the system's. */
export function cudaFindings(koffi: Koffi, folders: readonly string[]): Finding[] {
  const runtime = { name: 'CUDA runtime', files: ['libcudart.so.12', 'libcudart.so.11.0'], read: readRuntimeVersion };
  const cudnn = { name: 'cuDNN', files: ['libcudnn.so.9', 'libcudnn.so.8'], read: readCudnnVersion };
  return [runtime, cudnn].flatMap(({ name, files, read }) => {
    const inFolders = folders.flatMap((folder) => files.map((file) => join(folder, file))).filter(existsSync);
    for (const path of [...inFolders, ...files]) {
      const library = openFunctions(koffi, path);
      if (library) return [{ name, value: read(library), ...(isAbsolute(path) && { path }) }];
    }
    return [];
  });
}

function readRuntimeVersion(library: LibraryHandle): string {
  const answer = new Int32Array(1);
  library.func('int cudaRuntimeGetVersion(void *)')(answer);
  return versionOf(answer[0]!).join('.');
}

/** From 9 on 10000 * major + 100 * minor + patch, before that 1000 * major. */
function readCudnnVersion(library: LibraryHandle): string {
  const number = Number(library.func('size_t cudnnGetVersion()')());
  const unit = number >= 90_000 ? 10_000 : 1000;
  return [Math.floor(number / unit), Math.floor((number % unit) / 100), number % 100].join('.');
}
