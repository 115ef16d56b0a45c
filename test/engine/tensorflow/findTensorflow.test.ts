/** In which order TensorFlow is looked for, with folders that the tests make. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeInstalledEngine } from '../../../src/engine/install/installedEngine.js';
import { findTensorflow, type TensorflowSearch } from '../../../src/engine/tensorflow/findTensorflow.js';

const suffix = process.platform === 'darwin' ? '.2.dylib' : '.so.2';
const wheelNames = [`libtensorflow_cc${suffix}`, `libtensorflow_framework${suffix}`];
const packageNames = [`libtensorflow${suffix}`, `libtensorflow_framework${suffix}`];

let folder: string;
let engines: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fer-find-'));
  engines = join(folder, 'engines');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Empty files are enough: nothing is loaded. */
function addFiles(place: string, names: readonly string[]): string {
  mkdirSync(place, { recursive: true });
  for (const name of names) writeFileSync(join(place, name), '');
  return place;
}

async function addEngine(engine: 'tensorflow' | 'cuda'): Promise<string> {
  const place = addFiles(join(engines, engine, 'site', 'tensorflow'), wheelNames);
  const installedAt = new Date(0).toISOString();
  await writeInstalledEngine(join(engines, engine), { engine, versions: { tensorflow: '2.21.0' }, installedAt });
  return place;
}

function addPackage(name: string, names: readonly string[]): string {
  const place = join(folder, 'project', 'node_modules', '@tensorflow', name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "version": "4.22.0" }');
  return addFiles(join(place, 'deps', 'lib'), names);
}

function search(kind: 'tensorflow' | 'cuda', named?: string): Promise<TensorflowSearch> {
  const environment = { FER_ENGINES_DIR: engines, ...(named !== undefined && { FER_TENSORFLOW_DIR: named }) };
  return findTensorflow(kind, { environment, packageRoots: [join(folder, 'project', 'src')] });
}

const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('findTensorflow', () => {
  test('where there is none, the command that installs it is told', async () => {
    const { installation, problems } = await search('cuda');
    expect(installation).toBeUndefined();
    expect(problems).toEqual([
      { problem: 'TensorFlow is not installed.', remedy: 'Install it: fer engine install cuda' },
    ]);
  });

  test('the environment comes before an engine, an engine before a package', async () => {
    const inPackage = addPackage('tfjs-node', packageNames);
    expect((await search('tensorflow')).installation).toEqual({
      library: join(inPackage, packageNames[0]!),
      framework: join(inPackage, packageNames[1]!),
      source: 'tfjs-node',
      folder: inPackage,
      nvidiaFolders: [],
    });
    const inEngine = await addEngine('tensorflow');
    expect((await search('tensorflow')).installation).toMatchObject({ source: 'installed', folder: inEngine });
    const named = addFiles(join(folder, 'own'), wheelNames);
    expect((await search('tensorflow', named)).installation).toMatchObject({ source: 'environment', folder: named });
  });

  test.each([
    ['itself', '.', wheelNames],
    ['site-packages', 'tensorflow', wheelNames],
    ['a C library', 'lib', packageNames],
    ['a tfjs-node package', 'deps/lib', packageNames],
  ])('FER_TENSORFLOW_DIR may name %s', async (_name, inside, names) => {
    const named = join(folder, 'own');
    const place = addFiles(join(named, inside), names);
    expect((await search('cuda', named)).installation).toMatchObject({ folder: place });
  });

  test('FER_TENSORFLOW_DIR that holds no TensorFlow is an error, whatever else is there', async () => {
    await addEngine('tensorflow');
    const half = addFiles(join(folder, 'half'), wheelNames.slice(0, 1));
    for (const named of [half, join(folder, 'nowhere')]) {
      const { installation, problems } = await search('tensorflow', named);
      expect(installation).toBeUndefined();
      expect(problems[0]!.problem).toContain(`FER_TENSORFLOW_DIR is ${named}`);
    }
  });

  test('the GPU engine brings NVIDIA libraries along, and serves the processor where it is alone', async () => {
    const place = await addEngine('cuda');
    const site = join(engines, 'cuda', 'site', 'nvidia');
    const cudnn = addFiles(join(site, 'cudnn', 'lib'), ['libcudnn.so.9']);
    addFiles(join(site, 'cuda_nvcc', 'bin'), ['ptxas']);
    for (const kind of ['cuda', 'tensorflow'] as const) {
      expect((await search(kind)).installation).toMatchObject({ folder: place, nvidiaFolders: [cudnn] });
    }
    expect((await search('cuda')).problems).toEqual([]);
  });

  test('the engine for the processor does not serve the GPU', async () => {
    await addEngine('tensorflow');
    addPackage('tfjs-node', packageNames);
    expect((await search('cuda')).installation).toBeUndefined();
    const place = addPackage('tfjs-node-gpu', packageNames);
    expect((await search('cuda')).installation).toMatchObject({ source: 'tfjs-node', folder: place });
  });

  test('an engine that is not whole is told, and nothing is taken in its place', async () => {
    addPackage('tfjs-node', packageNames);
    addFiles(join(engines, 'tensorflow', 'site', 'tensorflow'), wheelNames); // no installed.json
    const { installation, problems } = await search('tensorflow');
    expect(installation).toBeUndefined();
    expect(problems[0]).toMatchObject({ remedy: 'Install it again: fer engine install tensorflow' });
  });

  test('a package whose download failed is told apart from none', async () => {
    addPackage('tfjs-node', []);
    const { installation, problems } = await search('tensorflow');
    expect(installation).toBeUndefined();
    expect(problems[0]!.problem).toMatch(/tfjs-node 4\.22\.0 in .* its download failed/);
    addPackage('tfjs-node-gpu', packageNames);
    expect((await search('tensorflow')).installation).toMatchObject({ source: 'tfjs-node' });
  });
});
