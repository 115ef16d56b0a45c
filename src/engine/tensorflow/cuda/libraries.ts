/** The versions of the CUDA libraries that TensorFlow computes with. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LibraryHandle } from 'koffi';
import type { Finding } from '../../engineProbe.js';
import { openFunctions, type Koffi } from '../library/koffi.js';
import { versionOf } from './driver.js';

/** Of the CUDA runtime and of cuDNN, as far as they can be opened: those in `folders`, which TensorFlow looks into first, or the system's. */
export function cudaFindings(koffi: Koffi, folders: readonly string[]): Finding[] {
  return [
    findingOf(koffi, { name: 'CUDA runtime', ...fileOf('libcudart.so', folders) }, readRuntimeVersion),
    findingOf(koffi, { name: 'cuDNN', ...fileOf('libcudnn.so', folders) }, readCudnnVersion),
  ].flatMap((finding) => finding ?? []);
}

function findingOf(
  koffi: Koffi,
  { name, file, isPath }: { name: string; file: string; isPath: boolean },
  readVersion: (library: LibraryHandle) => string,
): Finding | undefined {
  const library = openFunctions(koffi, file);
  return library && { name, value: readVersion(library), ...(isPath && { path: file }) };
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

/** The file that begins with `start` in one of `folders`, with its version behind; else the bare name, for the system's loader. */
function fileOf(start: string, folders: readonly string[]): { file: string; isPath: boolean } {
  for (const folder of folders) {
    const file = readdirSync(folder).find((name) => name.startsWith(`${start}.`));
    if (file !== undefined) return { file: join(folder, file), isPath: true };
  }
  return { file: start, isPath: false };
}
