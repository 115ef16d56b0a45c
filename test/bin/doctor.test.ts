/** The built `fer doctor`, on whatever machine this is. */
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import type { Diagnosis } from '../../src/doctor/diagnose.js';
import { runFer } from './runFer.js';

const fer = (...words: string[]) => runFer(words, { cwd: tmpdir() });

describe('fer doctor', () => {
  test('tells of the machine and of every engine, in lines that fit', async () => {
    const { status, stdout, stderr } = await fer('doctor', '--no-measure');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`${process.versions.node}, ABI ${process.versions.modules}`);
    for (const engine of ['wasm', 'tensorflow', 'cuda', 'webgpu']) {
      expect(stdout).toMatch(new RegExp(`^Engine ${engine} (runs|cannot run here)`, 'm'));
    }
    expect(stdout).toMatch(/\nWith --engine auto, the default of train and bench\n {2}Engine \w+ on .*\n/);
    const long = stdout.split('\n').filter((line) => line.length > 80 && !/^ +\/\S+$/.test(line));
    expect(long).toEqual([]);
  });

  test('measures the engine that is asked about', async () => {
    const { status, stdout, stderr } = await fer('doctor', 'wasm', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'Measuring wasm\n' });
    const { engines, auto } = JSON.parse(stdout) as Diagnosis;
    expect(auto).toBeUndefined();
    expect(engines).toHaveLength(1);
    expect(engines[0]).toMatchObject({ probe: { available: true }, estimate: { epochs: 50, stepsPerEpoch: 225 } });
    expect(engines[0]!.measurement!.trainingStep.milliseconds.median).toBeGreaterThan(0);
  }, 60_000);

  test('ends with 1 when the engine that is asked about cannot run, and with 2 for one that is none', async () => {
    const { engines } = JSON.parse((await fer('doctor', '--no-measure', '--json')).stdout) as Diagnosis;
    for (const { probe } of engines) {
      const { status, stdout } = await fer('doctor', probe.engine, '--no-measure');
      expect({ engine: probe.engine, status }).toEqual({ engine: probe.engine, status: probe.available ? 0 : 1 });
      expect(stdout).toContain(probe.available ? `Engine ${probe.engine} runs` : `Engine ${probe.engine} cannot run`);
    }
    expect(await fer('doctor', 'gpu')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('Allowed choices are wasm, tensorflow, cuda, webgpu.'),
    });
  }, 60_000);
});
