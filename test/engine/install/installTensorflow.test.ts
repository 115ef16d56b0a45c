/** The whole installation of TensorFlow, as far as it goes without the 274 MB of the wheel. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { requireSpace } from '../../../src/engine/install/diskSpace.js';
import { writeInstalledEngine } from '../../../src/engine/install/installedEngine.js';
import { installTensorflow } from '../../../src/engine/install/installTensorflow.js';
import { platformFacts, tensorflowPackage, tensorflowRelease } from '../../../src/engine/install/tensorflowPackage.js';
import { makeWheel } from './makeWheel.js';
import { pipEnvironment, pythonVersion } from './pipSource.js';

const suffix = process.platform === 'darwin' ? '.2.dylib' : '.so.2';
const names = [`libtensorflow_cc${suffix}`, `libtensorflow_framework${suffix}`];

let folder: string;
let engines: string;
let environment: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fer-tensorflow-'));
  engines = join(folder, 'engines');
  environment = pipEnvironment(join(folder, 'wheels'), engines);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The package for this machine; undefined where there is none. */
function packageHere(): string | undefined {
  try {
    return tensorflowPackage('tensorflow', platformFacts()).name;
  } catch {
    return undefined;
  }
}

/** An engine as an earlier installation left it; its libraries are empty files. */
async function addEngine(version: string): Promise<string> {
  const place = join(engines, 'tensorflow');
  mkdirSync(join(place, 'site', 'tensorflow'), { recursive: true });
  for (const name of names) writeFileSync(join(place, 'site', 'tensorflow', name), 'old');
  const installedAt = new Date(0).toISOString();
  await writeInstalledEngine(place, { engine: 'tensorflow', versions: { [packageHere()!]: version }, installedAt });
  return place;
}

const here = packageHere() === undefined ? describe.skip : describe;

here('installTensorflow (needs a system with wheels of TensorFlow)', () => {
  test('what is there in the version that is wanted is left as it is', async () => {
    const place = await addEngine(tensorflowRelease);
    const without = { ...environment, PATH: '' }; // not even a Python is looked for
    const result = await installTensorflow('tensorflow', { environment: without });
    expect(result).toMatchObject({ isNew: false, folder: place, installedAt: '1970-01-01T00:00:00.000Z' });
  });

  test('no Python, and one without pip, are told apart', async () => {
    const attempt = (python: string | undefined, path: string): Promise<unknown> =>
      installTensorflow('tensorflow', { environment: { ...environment, PYTHON: python, PATH: path } });
    await expect(attempt(undefined, folder)).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_FAILED',
      message: expect.stringContaining('No Python was found') as unknown,
    });
    await expect(attempt(join(folder, 'python'), '')).rejects.toThrow(/PYTHON is .*python, which is no program/);
    await expect(attempt(process.execPath, '')).rejects.toThrow('has no pip'); // Node has no module pip
  });

  test('a version that is none is wrong usage', async () => {
    const attempt = installTensorflow('tensorflow', { environment, release: 'newest' });
    await expect(attempt).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  const withPip = pythonVersion === undefined ? test.skip : test;

  withPip('libraries that cannot be loaded are refused, and the old engine stays (needs pip)', async () => {
    const place = await addEngine('2.20.0');
    const files = Object.fromEntries(names.map((name) => [`tensorflow/${name}`, 'no library at all']));
    await makeWheel(join(folder, 'wheels'), { name: packageHere()!, version: tensorflowRelease, files });
    await expect(installTensorflow('tensorflow', { environment })).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_FAILED',
      message: expect.stringContaining('cannot be loaded') as unknown,
    });
    expect(readFileSync(join(place, 'site', 'tensorflow', names[0]!), 'utf8')).toBe('old');
    expect(readdirSync(engines)).toEqual(['tensorflow']);
  });
});

test('a disk without room is told with what is needed and what is free', async () => {
  await requireSpace(tmpdir(), 1, 'A byte');
  await expect(requireSpace(tmpdir(), 1e18, 'Installing cuda')).rejects.toMatchObject({
    code: 'ENGINE_INSTALL_FAILED',
    message: expect.stringMatching(/^Installing cuda needs 1000000000\.0 GB in .* GB are free\. Free space/) as unknown,
  });
});
