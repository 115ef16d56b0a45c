/** The networks of the fixture as the Keras that is installed here, if any, describes them: versions after the fixture's differ. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { normaliseKerasConfig } from '../../../../src/model/formats/keras/normaliseConfig.js';
import { distanceFromKeras, keras3, tinyShape, type Keras3Fixture } from './keras3Fixture.js';

const python = process.env['PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('../../../../../test/model/formats/keras/makeConfigsFixture.py', import.meta.url));

/** The version of Keras, without the seconds that loading it takes; undefined without Keras 3. */
function findKeras(): string | undefined {
  const ask = 'import importlib.metadata as m; m.version("numpy"); print(m.version("keras"))';
  const { status, stdout } = spawnSync(python, ['-c', ask], { encoding: 'utf8' });
  const version = status === 0 ? stdout.trim() : '';
  return version.startsWith('3.') ? version : undefined;
}

const version = findKeras();
const testWithKeras = version === undefined ? test.skip : test;

describe(`Keras ${version ?? '3 (not installed, set PYTHON)'}`, () => {
  testWithKeras(
    'describes networks that are read, predict alike, and are refused where they cannot run',
    async () => {
      const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
      const { status, stdout, stderr } = spawnSync(python, [script], { encoding: 'utf8', env, maxBuffer: 2 ** 24 });
      if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr.slice(-1000)}`);
      const live = JSON.parse(stdout) as Keras3Fixture;
      expect(live.keras).toBe(version);
      for (const [name, run] of Object.entries(live.runs)) {
        const distance = await distanceFromKeras(normaliseKerasConfig(run.config, name, tinyShape), run);
        expect([name, distance < 1e-6]).toEqual([name, true]);
      }
      for (const [name, config] of Object.entries(live.refused)) {
        expect(() => normaliseKerasConfig(config, name)).toThrow();
      }
      expect(Object.keys(live.runs)).toEqual(Object.keys(keras3.runs));
    },
    240_000,
  );
});
