/** Data flows one way: what each folder of src may import, and how long a file may be. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

// Compiled tests run from dist/test; the sources are two folders up.
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Folders (or single files) of src behind each folder; the files directly in src are open to all. */
const mayImport: Record<string, readonly string[]> = {
  data: [],
  augment: ['data'],
  model: [],
  engine: ['model'],
  train: ['data', 'augment', 'model', 'engine', 'eval/scores.ts', 'eval/decimals.ts'],
  eval: ['data', 'model', 'engine'],
  plot: ['eval'],
  bench: ['model', 'engine', 'train/configChecks.ts'],
  doctor: ['model', 'engine', 'bench'],
};

/** The one folder where each runtime dependency is used; a second place would be a second way to do the same. */
const homes: Record<string, readonly string[]> = {
  commander: ['bin'],
  'cli-progress': ['bin'],
  yaml: ['bin'],
  'csv-parse': ['src/data'],
  sharp: ['src/data', 'src/eval', 'src/plot'],
  h5wasm: ['src/model'],
  'onnx-proto': ['src/model'],
  // Model archives, and the wheels that engines come in.
  yauzl: ['src/model', 'src/engine'],
  koffi: ['src/engine'],
  yazl: ['src/model'],
  // Augmentation has its assembler only.
  'layers-wasm': ['src/engine', 'src/augment'],
  // Types only: an installed engine brings the packages.
  '@tensorflow': ['src/engine'],
  'smote-ts': ['src/augment'],
  vega: ['src/plot'],
  'vega-lite': ['src/plot'],
};

interface SourceFile {
  /** From the root, with forward slashes: `src/data/csv.ts`. */
  readonly path: string;
  readonly lines: number;
  /** As written, static and dynamic. */
  readonly imports: readonly string[];
}

const sources = ['src', 'bin', 'packages/layers-wasm/src', 'packages/smote-ts/src'].flatMap(readSources);
const importsOf = sources.flatMap(({ path, imports }) => imports.map((name) => ({ path, name })));

function readSources(folder: string): SourceFile[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = `${folder}/${name.split(sep).join('/')}`;
      const text = readFileSync(join(root, path), 'utf8');
      const imports = [...text.matchAll(/(?:from |import\(|^import )'([^']+)'/gm)].map((match) => match[1]!);
      return { path, lines: text.trimEnd().split('\n').length, imports };
    });
}

/** The file that a relative import means, from the root; undefined for packages. */
function target(path: string, name: string): string | undefined {
  if (!name.startsWith('.')) return undefined;
  const file = normalize(join(root, dirname(path), name)).replace(/\.js$/, '.ts');
  return relative(root, file).split(sep).join('/');
}

function isAllowed(path: string, imported: string): boolean {
  if (!path.startsWith('src/')) return true;
  const [, folder, ...rest] = path.split('/');
  // The entry of the library names every stage: nothing in the library may come back through it.
  if (imported === 'src/index.ts') return false;
  if (rest.length === 0) return folder === 'index.ts' || /^src\/[^/]+$/.test(imported);
  const allowed = [folder!, ...(mayImport[folder!] ?? [])];
  return /^src\/[^/]+$/.test(imported) || allowed.some((place) => `${imported}/`.startsWith(`src/${place}/`));
}

describe('architecture', () => {
  test('the sources are found', () => {
    expect(sources.map(({ path }) => path)).toEqual(expect.arrayContaining(['src/errors.ts', 'bin/main.ts']));
    expect(importsOf).toContainEqual({ path: 'bin/main.ts', name: './program.js' });
  });

  test('every folder of src is in the table', () => {
    const folders = new Set(sources.map(({ path }) => /^src\/(\w+)\//.exec(path)?.[1]).filter(Boolean));
    expect([...folders].sort()).toEqual(Object.keys(mayImport).sort());
  });

  test('a folder imports only those behind it, and src never imports bin', () => {
    const wrong = importsOf.filter(({ path, name }) => {
      const imported = target(path, name);
      return imported !== undefined && !isAllowed(path, imported);
    });
    expect(wrong).toEqual([]);
  });

  test('a package imports nothing of the toolkit', () => {
    const wrong = importsOf.filter(({ path, name }) => {
      const own = /^packages\/[^/]+\//.exec(path)?.[0];
      if (own === undefined) return false;
      const file = target(path, name);
      return file === undefined ? !name.startsWith('node:') : !file.startsWith(own);
    });
    expect(wrong).toEqual([]);
  });

  test('each dependency is used in its own folder only', () => {
    const wrong = importsOf.filter(({ path, name }) => {
      if (name.startsWith('.') || name.startsWith('node:') || path.startsWith('packages/')) return false;
      const dependency = name.split('/')[0]!;
      return !(homes[dependency] ?? []).some((home) => path.startsWith(`${home}/`));
    });
    expect(wrong).toEqual([]);
  });

  test('no file is over 300 lines', () => {
    expect(sources.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });
});
