/** What can go wrong with npm. A real installation needs its registry: `fer engine install webgpu`. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeInstalledEngine } from '../../../src/engine/install/installedEngine.js';
import { installWebgpu, webgpuPackages } from '../../../src/engine/install/installWebgpu.js';
import { findNpm } from '../../../src/engine/install/npmProgram.js';
import { runProgram } from '../../../src/engine/install/program.js';

let engines: string;
beforeEach(() => {
  engines = mkdtempSync(join(tmpdir(), 'fer-webgpu-'));
});
afterEach(() => rmSync(engines, { recursive: true }));

describe('installWebgpu', () => {
  test('the npm that is found runs', async () => {
    const outcome = await runProgram(findNpm(process.env), ['--version'], { environment: process.env });
    expect(outcome?.stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('a registry that does not answer is told, and nothing stays', async () => {
    await expect(installWebgpu({ environment: offline() })).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_FAILED',
      message: expect.stringMatching(/npm could not install webgpu: .*Check the network/) as unknown,
    });
    expect(readdirSync(engines).filter((name) => name.startsWith('webgpu'))).toEqual([]);
  });

  test('what is there in the wanted versions is left as it is, but not where a package is gone', async () => {
    const place = join(engines, 'webgpu');
    const installedAt = new Date(0).toISOString();
    await writeInstalledEngine(place, { engine: 'webgpu', versions: webgpuPackages, installedAt });
    for (const name of Object.keys(webgpuPackages)) {
      mkdirSync(join(place, 'node_modules', name), { recursive: true });
      writeFileSync(join(place, 'node_modules', name, 'package.json'), '{}');
    }
    const result = await installWebgpu({ environment: offline() });
    expect(result).toMatchObject({ isNew: false, folder: place, installedAt });
    rmSync(join(place, 'node_modules', 'webgpu'), { recursive: true });
    await expect(installWebgpu({ environment: offline() })).rejects.toMatchObject({ code: 'ENGINE_INSTALL_FAILED' });
  });
});

/** No registry answers in it. */
function offline(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    FER_ENGINES_DIR: engines,
    npm_config_registry: 'http://127.0.0.1:9/', // the port of discard: nobody listens
    npm_config_fetch_retries: '0',
    npm_config_cache: join(engines, 'cache'),
  };
}
