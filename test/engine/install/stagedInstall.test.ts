/** An engine takes its place whole or not at all. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { InstallResult } from '../../../src/engine/install/installation.js';
import { readInstalledEngine } from '../../../src/engine/install/installedEngine.js';
import { installStaged, presentEngine, removeEngine } from '../../../src/engine/install/stagedInstall.js';

let engines: string;
let environment: NodeJS.ProcessEnv;
beforeEach(() => {
  engines = mkdtempSync(join(tmpdir(), 'fer-staged-'));
  environment = { FER_ENGINES_DIR: engines };
});
afterEach(() => rmSync(engines, { recursive: true }));

/** Installs an engine of one file. */
function install(content: string, during?: () => Promise<void>): Promise<InstallResult> {
  return installStaged('webgpu', { environment }, async (folder) => {
    writeFileSync(join(folder, 'library'), content);
    await during?.();
    return { versions: { webgpu: content }, remarks: [] };
  });
}

function installed(): string {
  return readFileSync(join(engines, 'webgpu', 'library'), 'utf8');
}

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('installStaged', () => {
  (process.platform === 'linux' ? test : test.skip)('says where no folder can be made', async () => {
    environment = { FER_ENGINES_DIR: '/proc/none/engines' };
    const refused = {
      code: 'ENGINE_INSTALL_FAILED',
      message: expect.stringContaining('no folder can be made there') as unknown,
    };
    await expect(install('1.0')).rejects.toMatchObject(refused);
    await expect(removeEngine('webgpu', environment)).rejects.toMatchObject(refused);
  });

  test('puts an engine in its place, and another one in place of that', async () => {
    const first = await install('1.0');
    expect(first).toMatchObject({ engine: 'webgpu', isNew: true, folder: join(engines, 'webgpu') });
    expect(first.bytes).toBeGreaterThan('1.0'.length);
    await install('2.0');
    expect(installed()).toBe('2.0');
    expect(await readInstalledEngine(join(engines, 'webgpu'))).toMatchObject({ versions: { webgpu: '2.0' } });
    expect(await presentEngine('webgpu', environment)).toMatchObject({ isNew: false, versions: { webgpu: '2.0' } });
    expect(readdirSync(engines)).toEqual(['webgpu']);
  });

  test('what fails leaves the engine that was there, and nothing else', async () => {
    await install('1.0');
    const failing = install('2.0', () => Promise.reject(new Error('the cable is out')));
    await expect(failing).rejects.toThrow('the cable is out');
    expect(installed()).toBe('1.0');
    expect(readdirSync(engines)).toEqual(['webgpu']);
  });

  test('until the new one is whole, the old one is there', async () => {
    await install('1.0');
    let seen = '';
    await install('2.0', () => Promise.resolve(void (seen = installed())));
    expect(seen).toBe('1.0');
  });

  test('a second installation at the same time is refused, of this process or another', async () => {
    await install('1.0', async () => {
      await expect(install('2.0')).rejects.toMatchObject({ code: 'ENGINE_INSTALL_FAILED' });
    });
    expect(installed()).toBe('1.0');
    const other = `webgpu.installing-${process.ppid}`; // the parent lives as long as this process
    mkdirSync(join(engines, other));
    await expect(install('2.0')).rejects.toThrow(`Process ${process.ppid} is installing or removing webgpu`);
    expect(readdirSync(engines).sort()).toEqual(['webgpu', other]);
  });

  test('what a killed process left is removed, and an engine that it had set aside comes back', async () => {
    await install('1.0');
    const dead = endedProcess();
    mkdirSync(join(engines, `webgpu.installing-${dead}`));
    mkdirSync(join(engines, `webgpu.installing-${process.pid}`)); // numbers come again
    mkdirSync(join(engines, `cuda.installing-${dead}`)); // not ours
    renameSync(join(engines, 'webgpu'), join(engines, `webgpu.replaced-${dead}`));
    const failing = install('2.0', () => Promise.reject(new Error('the cable is out')));
    await expect(failing).rejects.toThrow('the cable is out');
    expect(installed()).toBe('1.0');
    expect(readdirSync(engines).sort()).toEqual([`cuda.installing-${dead}`, 'webgpu']);
  });

  test('stopped at the end, it leaves the old one', async () => {
    await install('1.0');
    const controller = new AbortController();
    const stopped = installStaged('webgpu', { environment, signal: controller.signal }, () => {
      controller.abort();
      return Promise.resolve({ versions: {}, remarks: [] });
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(installed()).toBe('1.0');
  });

  test('a folder that cannot be written is told with the way out', async () => {
    writeFileSync(join(engines, 'file'), '');
    environment = { FER_ENGINES_DIR: join(engines, 'file', 'engines') };
    await expect(install('1.0')).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_FAILED',
      message: expect.stringContaining('set FER_ENGINES_DIR to another folder') as unknown,
    });
  });
});

describe('removeEngine', () => {
  test('removes an engine and tells its size; without one it tells that', async () => {
    const { bytes } = await install('1.0');
    expect(await removeEngine('webgpu', environment)).toBe(bytes);
    expect(existsSync(join(engines, 'webgpu'))).toBe(false);
    expect(await removeEngine('webgpu', environment)).toBeUndefined();
    expect(readdirSync(engines)).toEqual([]);
  });
});
