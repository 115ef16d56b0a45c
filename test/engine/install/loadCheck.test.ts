/** Engines are loaded in another process: what crashes there is an error here. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkLoads } from '../../../src/engine/install/loadCheck.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder of npm's with packages that the test writes. */
function addPackages(name: string, webgpu: string): string {
  const place = join(folder, name);
  for (const [of, script] of Object.entries({ webgpu, '@tensorflow/tfjs-backend-webgpu': '' })) {
    const home = join(place, 'node_modules', of);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{ "type": "module", "main": "index.js" }');
    writeFileSync(join(home, 'index.js'), script);
  }
  return place;
}

describe('checkLoads', () => {
  test('an engine that loads is answered for', async () => {
    const place = addPackages('good', 'export const create = () => ({});');
    const answer = await checkLoads({ kind: 'webgpu', folder: place });
    expect(answer.failure).toBeUndefined();
    expect(['', 'libvulkan.so.1']).toContain(answer.missing.join());
  });

  test('the reason of one that does not is told', async () => {
    const place = addPackages('bad', "throw new Error('dawn.node: no such symbol');");
    await expect(checkLoads({ kind: 'webgpu', folder: place })).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_FAILED',
      message: expect.stringContaining('cannot be loaded: dawn.node: no such symbol.') as unknown,
    });
    await expect(checkLoads({ kind: 'webgpu', folder: join(folder, 'nowhere') })).rejects.toThrow('cannot be loaded');
  });

  test('one that takes its process down takes down nothing else', async () => {
    const place = addPackages('crash', "console.error('illegal instruction'); process.exit(132);");
    await expect(checkLoads({ kind: 'webgpu', folder: place })).rejects.toThrow(
      /did not live: it ended with code 132; its last words: illegal instruction/,
    );
  });
});
