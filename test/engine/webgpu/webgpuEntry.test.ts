/** What the engine says of itself where it is not, or not whole. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { webgpuPackages } from '../../../src/engine/install/installWebgpu.js';
import { webgpuEntry } from '../../../src/engine/webgpu/webgpuEntry.js';
import { describeOnGpu } from './presentGpu.js';

const root = mkdtempSync(join(tmpdir(), 'fer-webgpu-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A folder of engines with packages of these versions, and nothing in them. */
function enginesWith(versions: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'engines-'));
  for (const [name, version] of Object.entries(versions)) {
    const place = join(folder, 'webgpu', 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name, version }));
  }
  return folder;
}

const before = process.env['FER_ENGINES_DIR'];
const restore = (): void => {
  if (before === undefined) delete process.env['FER_ENGINES_DIR'];
  else process.env['FER_ENGINES_DIR'] = before;
};
afterEach(restore);

test('is not installed', async () => {
  process.env['FER_ENGINES_DIR'] = enginesWith({});
  expect(await webgpuEntry.probe()).toEqual({
    engine: 'webgpu',
    available: false,
    hardwareGpu: false,
    findings: [],
    problems: [{ problem: 'The engine webgpu is not installed.', remedy: 'Install it: `fer engine install webgpu`.' }],
  });
  await expect(webgpuEntry.load()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining('fer engine install webgpu'),
  });
});

test('has a package too few, or of another version', async () => {
  const { webgpu, ...others } = webgpuPackages;
  process.env['FER_ENGINES_DIR'] = enginesWith(others);
  const missing = await webgpuEntry.probe();
  expect(missing.problems[0]!.problem).toBe(`The package webgpu ${webgpu} was expected, found none.`);
  process.env['FER_ENGINES_DIR'] = enginesWith({ ...webgpuPackages, '@tensorflow/tfjs-core': '3.0.0' });
  const old = await webgpuEntry.probe();
  expect(old.problems[0]!.problem).toMatch(/tfjs-core 4\.\d+\.\d+ was expected, found 3\.0\.0/);
  expect(old.findings).toContainEqual(expect.objectContaining({ name: '@tensorflow/tfjs-core', value: '3.0.0' }));
});

test('has a package whose package.json is damaged', async () => {
  const engines = enginesWith(webgpuPackages);
  writeFileSync(join(engines, 'webgpu', 'node_modules', 'webgpu', 'package.json'), '');
  process.env['FER_ENGINES_DIR'] = engines;
  const { available, problems } = await webgpuEntry.probe();
  expect(available).toBe(false);
  expect(problems).toEqual([
    { problem: expect.stringContaining('found damaged'), remedy: expect.stringContaining('--force') },
  ]);
});

describeOnGpu('where there is a GPU', () => {
  beforeEach(restore);

  test('names it, and whether it is made of hardware', async () => {
    const probe = await webgpuEntry.probe();
    expect(probe.problems).toEqual([]);
    expect(probe.device?.toLowerCase()).toContain(process.env['FER_WEBGPU_ADAPTER']!.toLowerCase());
    const adapters = probe.findings.filter(({ name }) => name === 'adapter').map(({ value }) => value);
    const chosen = adapters.find((value) => value.startsWith(probe.device!))!;
    expect(chosen).toContain(probe.hardwareGpu ? 'hardware' : 'software');
  });

  test('loads', async () => {
    expect((await webgpuEntry.load()).name).toBe('webgpu');
  });
});
