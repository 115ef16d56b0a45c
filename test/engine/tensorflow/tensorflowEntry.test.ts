import { afterEach, describe, expect, test } from '@jest/globals';
import { cudaEntry, tensorflowEntry } from '../../../src/engine/tensorflow/tensorflowEntry.js';
import { describeTensorflow, presentInstallation } from './presentTensorflow.js';

const kept = process.env['FER_TENSORFLOW_DIR'];

afterEach(() => {
  if (kept === undefined) delete process.env['FER_TENSORFLOW_DIR'];
  else process.env['FER_TENSORFLOW_DIR'] = kept;
});

describe.each([tensorflowEntry, cudaEntry])('$name without TensorFlow', (entry) => {
  test('is not available and says why; loading it is an error that says the same', async () => {
    process.env['FER_TENSORFLOW_DIR'] = '/nowhere';
    const { engine, available, hardwareGpu, problems } = await entry.probe();
    expect({ engine, available, hardwareGpu }).toEqual({ engine: entry.name, available: false, hardwareGpu: false });
    expect(problems).toContainEqual(expect.objectContaining({ problem: expect.stringContaining('/nowhere') }));
    const [{ problem, remedy }] = problems as [(typeof problems)[number]];
    await expect(entry.load()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: `Engine ${entry.name} cannot run here. ${problem} ${remedy}`,
    });
  });
});

describeTensorflow('tensorflow', () => {
  test('tells its library and what it computes on', async () => {
    const { library } = presentInstallation();
    expect(await tensorflowEntry.probe()).toEqual({
      engine: 'tensorflow',
      available: true,
      device: expect.stringMatching(/^\d+ processors?$/),
      hardwareGpu: false,
      findings: [{ name: 'TensorFlow', value: expect.stringMatching(/^2\./), path: library }],
      problems: [],
    });
    expect((await tensorflowEntry.load()).name).toBe('tensorflow');
  });
});
