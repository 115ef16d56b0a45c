/** The whole diagnosis, with engines of which three are broken. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { diagnose, type Diagnosis } from '../../src/doctor/diagnose.js';
import type { EngineName } from '../../src/engine/engineNames.js';

const script = new URL('./brokenEngines.js', import.meta.url);

describe('diagnose', () => {
  const measured: EngineName[] = [];
  let diagnosis: Diagnosis;
  beforeAll(async () => {
    const onMeasure = (engine: EngineName): number => measured.push(engine);
    diagnosis = await diagnose({ script, probeLimitMs: 3000, onMeasure });
  }, 60_000);

  const of = (name: EngineName) => diagnosis.engines.find(({ probe }) => probe.engine === name)!;

  test('measures the engines that run, and no others', () => {
    expect(measured).toEqual(['wasm', 'cuda']);
    const { probe, measurement, estimate } = of('wasm');
    expect(probe.available).toBe(true);
    expect(measurement).toMatchObject({ arch: 'mini-xception', batchSize: 128 });
    expect(estimate).toMatchObject({ epochs: 50, stepsPerEpoch: 225 });
    expect(estimate!.milliseconds).toBeGreaterThan(50 * 225 * measurement!.trainingStep.milliseconds.median);
  });

  test('has engines that crash and hang for ones that cannot run', () => {
    expect(of('tensorflow').probe).toMatchObject({
      available: false,
      problems: [
        {
          problem: expect.stringMatching(/^Its process (was )?ended/),
          remedy: 'Install it again: fer engine install tensorflow --force',
        },
      ],
    });
    expect(of('webgpu').probe).toMatchObject({
      available: false,
      problems: [{ problem: 'It did not answer in 3 s.' }],
    });
  });

  test('takes an engine that dies when it computes for broken, with what its probe found', () => {
    const { probe, measurement } = of('cuda');
    expect(measurement).toBeUndefined();
    expect(probe).toMatchObject({ available: false, findings: [{ name: 'library' }] });
    expect(probe.problems).toEqual([expect.objectContaining({ problem: expect.stringMatching(/^It failed when/) })]);
    expect(diagnosis.auto?.engine).toBe('wasm');
  });
});

test('one engine alone, not measured', async () => {
  const { engines, auto } = await diagnose({ engine: 'wasm', measure: false });
  expect(engines.map(({ probe, ...others }) => [probe.engine, others])).toEqual([['wasm', {}]]);
  expect(auto).toBeUndefined();
});

test('an engine that is too slow to be measured still runs', async () => {
  const { engines } = await diagnose({ engine: 'wasm', measureLimitMs: 100 });
  expect(engines).toEqual([{ probe: expect.anything(), unmeasured: 'It did not answer in 0.1 s.' }]);
  expect(engines[0]!.probe.available).toBe(true);
});
