/** Engines that crash, hang or fail take nobody with them. */
import { describe, expect, test } from '@jest/globals';
import { askEngine } from '../../src/doctor/engineProcess.js';

const script = new URL('./brokenEngines.js', import.meta.url);
const patient = { limitMs: 30_000, script };
const isWindows = process.platform === 'win32';

describe('askEngine', () => {
  test('gives what the engine finds', async () => {
    const asked = await askEngine({ engine: 'wasm', ask: 'probe' }, patient);
    expect(asked).toMatchObject({ answer: { engine: 'wasm', available: true, problems: [] } });
    expect(await askEngine({ engine: 'wasm', ask: 'probe' }, { limitMs: 30_000 })).toEqual(asked);
  });

  test('tells the signal and the last words of one that crashes', async () => {
    const failure = isWindows
      ? expect.stringMatching(/^Its process ended with code \d+\./)
      : 'Its process was ended by SIGSEGV. It said: F0000 check failed: the driver is too old';
    expect(await askEngine({ engine: 'tensorflow', ask: 'probe' }, patient)).toEqual({ failure, late: false });
  });

  test('ends one that hangs', async () => {
    const start = performance.now();
    const asked = await askEngine({ engine: 'webgpu', ask: 'probe' }, { limitMs: 700, script });
    expect(asked).toEqual({ failure: 'It did not answer in 0.7 s.', late: true });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('tells the error of one that refuses', async () => {
    const asked = await askEngine({ engine: 'webgpu', ask: 'measure' }, patient);
    expect(asked).toEqual({ failure: 'webgpu was not to be loaded.', late: false });
  });

  test('a script that is not there is a failure like others', async () => {
    const nowhere = new URL('./noSuchScript.js', import.meta.url);
    const asked = await askEngine({ engine: 'wasm', ask: 'probe' }, { limitMs: 30_000, script: nowhere });
    expect(asked).toMatchObject({ failure: expect.stringMatching(/^Its process ended with code 1\./) });
  });
});
