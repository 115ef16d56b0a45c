/** What `fer engine list` knows, with engines that are folders of the test's. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { engineFolder, enginesFolder } from '../../../src/engine/install/engineFolder.js';
import { writeInstalledEngine } from '../../../src/engine/install/installedEngine.js';
import { listEngines, type EngineListing } from '../../../src/engine/install/listEngines.js';
import { version } from '../../../src/version.js';

const suffix = process.platform === 'darwin' ? '.2.dylib' : '.so.2';
const names = [`libtensorflow_cc${suffix}`, `libtensorflow_framework${suffix}`];

let engines: string;
beforeEach(() => {
  engines = mkdtempSync(join(tmpdir(), 'fer-list-'));
});
afterEach(() => rmSync(engines, { recursive: true }));

function addLibraries(place: string): void {
  mkdirSync(place, { recursive: true });
  for (const name of names) writeFileSync(join(place, name), 'x'.repeat(500));
}

async function addTensorflow(): Promise<string> {
  const place = join(engines, 'tensorflow');
  addLibraries(join(place, 'site', 'tensorflow'));
  const versions = { 'tensorflow-cpu': '2.21.0' };
  await writeInstalledEngine(place, { engine: 'tensorflow', versions, installedAt: new Date(0).toISOString() });
  return place;
}

async function listed(named?: string): Promise<Record<string, EngineListing>> {
  const environment = { FER_ENGINES_DIR: engines, ...(named !== undefined && { FER_TENSORFLOW_DIR: named }) };
  const listings = await listEngines(environment);
  return Object.fromEntries(listings.map((listing) => [listing.engine, listing]));
}

const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('listEngines', () => {
  test('tells what is built in, installed and absent, in the order of the engines', async () => {
    const place = await addTensorflow();
    const engine = await listed();
    expect(Object.keys(engine)).toEqual(['wasm', 'tensorflow', 'cuda', 'webgpu']);
    expect(engine['wasm']).toEqual({ engine: 'wasm', state: 'built in', version });
    expect(engine['tensorflow']).toMatchObject({ state: 'installed', version: '2.21.0', folder: place });
    expect(engine['tensorflow']!.bytes).toBeGreaterThan(1000);
    expect(engine['cuda']).toMatchObject({ state: 'absent', remedy: 'Install it: fer engine install cuda' });
    expect(engine['webgpu']).toMatchObject({ state: 'absent', remedy: 'Install it: fer engine install webgpu' });
  });

  test('an engine without installed.json, or without its libraries, is damaged', async () => {
    const place = await addTensorflow();
    rmSync(join(place, 'site', 'tensorflow', names[0]!));
    mkdirSync(join(engines, 'webgpu'));
    const engine = await listed();
    expect(engine['tensorflow']).toMatchObject({ state: 'damaged', folder: place });
    expect(engine['tensorflow']!.remedy).toBe('Install it again: fer engine install tensorflow');
    expect(engine['webgpu']).toMatchObject({ state: 'damaged', folder: join(engines, 'webgpu') });
  });

  test('what FER_TENSORFLOW_DIR names counts before what is installed, and is damaged when it is wrong', async () => {
    await addTensorflow();
    const own = join(engines, 'own');
    addLibraries(own);
    expect((await listed(own))['tensorflow']).toEqual({ engine: 'tensorflow', state: 'found', folder: own });
    const wrong = (await listed(join(engines, 'nowhere')))['tensorflow']!;
    expect(wrong.state).toBe('damaged');
    expect(wrong.problem).toContain('FER_TENSORFLOW_DIR');
  });
});

describe('the folder of the engines', () => {
  test('is what FER_ENGINES_DIR names, made absolute', () => {
    expect(enginesFolder({ FER_ENGINES_DIR: 'own' })).toBe(resolve('own'));
    expect(engineFolder('cuda', { FER_ENGINES_DIR: '/own' })).toBe(resolve('/own/cuda'));
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;

  onLinux('is where programs keep their data on Linux', () => {
    expect(enginesFolder({ XDG_DATA_HOME: '/data' })).toBe('/data/fer/engines');
    expect(enginesFolder({})).toBe(join(homedir(), '.local', 'share', 'fer', 'engines'));
  });
});
