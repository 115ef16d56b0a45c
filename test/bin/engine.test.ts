/** `fer engine` as users run it: the table and the document, and installations that cannot be. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { webgpuPackages } from '../../src/engine/install/installWebgpu.js';
import { writeInstalledEngine } from '../../src/engine/install/installedEngine.js';
import { runFer, type Outcome } from './runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-engine-'));
const engines = join(folder, 'engines');
const webgpu = join(engines, 'webgpu');

// The commands read these from the environment that they inherit.
beforeAll(async () => {
  process.env['FER_ENGINES_DIR'] = engines;
  process.env['FER_TENSORFLOW_DIR'] = join(folder, 'nowhere');
  await writeInstalledEngine(webgpu, {
    engine: 'webgpu',
    versions: webgpuPackages,
    installedAt: '2026-01-01T00:00:00Z',
  });
  for (const [name, version] of Object.entries(webgpuPackages)) {
    const place = join(webgpu, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name, version }));
  }
  writeFileSync(join(webgpu, 'node_modules', 'file'), 'x'.repeat(2e6));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fer(...words: string[]): Promise<Outcome> {
  return runFer(['engine', ...words], { cwd: folder });
}

describe('fer engine', () => {
  test('list prints a line for each engine, and what to do on lines of its own', async () => {
    const { status, stdout, stderr } = await fer('list');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('engine      version  size  place');
    expect(lines[1]).toMatch(/^wasm +\d+\.\d+\.\d+ +- {2}part of fer$/);
    const engineLines = lines.filter((line) => /^\w/.test(line));
    expect(engineLines.map((line) => line.split(' ')[0])).toEqual(['engine', 'wasm', 'tensorflow', 'cuda', 'webgpu']);
    expect(engineLines[4]).toBe(`webgpu        0.6.2  3 MB  ${webgpu}`);
    if (process.platform === 'win32') return;
    expect(engineLines[2]).toMatch(/^tensorflow +- +- {2}FER_TENSORFLOW_DIR is /);
    expect(lines).toContain(`${' '.repeat(27)}Set it to the folder tensorflow/ of a Python`);
  });

  test('list --json prints one document', async () => {
    const { stdout } = await fer('list', '--json');
    const { folder: place, engines: listed } = JSON.parse(stdout) as { folder: string; engines: unknown[] };
    expect(place).toBe(engines);
    expect(listed).toHaveLength(4);
    expect(listed[3]).toMatchObject({ engine: 'webgpu', state: 'installed', version: '0.6.2', folder: webgpu });
  });

  test('install leaves what is there, and says so', async () => {
    const { status, stdout } = await fer('install', 'webgpu');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^webgpu is installed already: webgpu 0\.6\.2, .* \(3 MB in .*\)\. --force installs it again\.\n$/,
    );
    const document = JSON.parse((await fer('install', 'webgpu', '--json')).stdout) as object;
    expect(document).toMatchObject({ engine: 'webgpu', isNew: false, folder: webgpu, versions: { webgpu: '0.6.2' } });
  });

  test('wrong words are wrong usage, what cannot be done is a failure with its reason', async () => {
    expect(await fer('install', 'opencl')).toMatchObject({ status: 2, stdout: '' });
    expect(await fer('install', 'webgpu', '--release', '1.0.0')).toMatchObject({ status: 2 });
    expect(await fer('install', 'tensorflow', '--release', 'new')).toMatchObject({ status: 2 });
    const { status, stderr } = await fer('remove', 'cuda');
    expect(status).toBe(1);
    expect(stderr).toContain(`Expected an engine in ${join(engines, 'cuda')}, and there is none.`);
  });

  test('remove gives the room back', async () => {
    const { status, stdout } = await fer('remove', 'webgpu');
    expect({ status, stdout }).toEqual({ status: 0, stdout: `Removed webgpu from ${webgpu} (3 MB).\n` });
    expect((await fer('list')).stdout).toMatch(
      /^webgpu +- +- {2}webgpu is not installed\.\n {27}Install it: fer engine install webgpu$/m,
    );
  });
});
