/** Libraries that are opened for TensorFlow: one of this process, under NVIDIA's names. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { preloadNvidia } from '../../../../src/engine/tensorflow/cuda/preload.js';
import { importKoffi } from '../../../../src/engine/tensorflow/library/koffi.js';

const root = mkdtempSync(join(tmpdir(), 'fer-preload-'));
afterAll(() => rmSync(root, { recursive: true }));

const koffi = await importKoffi();
const anyLibrary = mappedLibraries().find((path) => /\/libm[.-]/.test(path));
const where = koffi !== undefined && anyLibrary !== undefined ? describe : describe.skip;

where('preloading the libraries of NVIDIA (Linux, koffi)', () => {
  test('opens those that TensorFlow needs, each behind what it needs itself, and nothing else', () => {
    const folders = [
      folderOf('cublas', ['libcublas.so.12', 'libcublasLt.so.12', 'libnvblas.so.12']),
      folderOf('cuda_runtime', ['libcudart.so.12']),
      folderOf('cudnn', []),
    ];
    writeFileSync(join(folders[2]!, 'libcudnn.so.9'), 'no library');
    const opened = preloadNvidia(koffi!, folders);
    expect(opened.map((path) => basename(path))).toEqual(['libcudart.so.12', 'libcublasLt.so.12', 'libcublas.so.12']);
    expect(mappedLibraries().filter((path) => path.startsWith(root))).toEqual(expect.arrayContaining(opened));
    expect(mappedLibraries().filter((path) => path.startsWith(root))).toHaveLength(opened.length);
  });
});

/** A folder of a package with copies of a library. */
function folderOf(name: string, files: readonly string[]): string {
  const folder = join(root, name, 'lib');
  mkdirSync(folder, { recursive: true });
  for (const file of files) copyFileSync(anyLibrary!, join(folder, file));
  return folder;
}

/** Libraries that this process has mapped; none where the system does not tell. */
function mappedLibraries(): string[] {
  if (process.platform !== 'linux') return [];
  return [...new Set(readFileSync('/proc/self/maps', 'utf8').match(/\/.*\.so[.\d]*$/gm))];
}
