/** What `fer doctor` prints, from a diagnosis with round numbers. */
import { describe, expect, test } from '@jest/globals';
import { formatDiagnosis, formatEstimate } from '../../../bin/results/doctorReport.js';
import { machineFacts } from '../../../bin/results/machineReport.js';
import type { Diagnosis } from '../../../src/doctor/diagnose.js';
import type { MachineFacts } from '../../../src/doctor/machine.js';

const machine: MachineFacts = {
  node: { version: '24.1.0', abi: '137', v8: '13.6' },
  platform: 'linux',
  architecture: 'x64',
  processors: { model: 'a processor', present: 8, allowed: 8, threads: 8 },
  features: {
    threads: 8,
    sharedMemory: true,
    simd: true,
    relaxedSimd: true,
    wideSimd: { strict: true, fast: true, processor: true },
  },
  memory: { total: 64e9, available: 32e9 },
  disks: [
    { use: 'runs', folder: '/home/me/fer', free: 123.4e9 },
    { use: 'engines', folder: '/home/me/.local/share/of/a/program/with/a/long/path/fer/engines' },
  ],
  gpus: { gpus: [] },
};
const timing = (median: number, imagesPerSecond: number) => {
  return { milliseconds: { lower: median, median, upper: median }, imagesPerSecond };
};
const diagnosis: Diagnosis = {
  fer: '1.0.0',
  machine,
  engines: [
    {
      probe: {
        engine: 'wasm',
        available: true,
        device: '8 processors',
        hardwareGpu: false,
        findings: [{ name: 'vectors', value: '256-bit' }],
        problems: [],
      },
      measurement: {
        arch: 'mini-xception',
        batchSize: 128,
        trainingStep: timing(50, 2560),
        inference: timing(10, 12_800),
      },
      estimate: { epochs: 50, stepsPerEpoch: 225, milliseconds: 577e3 },
    },
    {
      probe: {
        engine: 'cuda',
        available: false,
        hardwareGpu: false,
        findings: [
          { name: 'libtensorflow', value: '2.21.0', path: `/opt/${'tensorflow/'.repeat(6)}libtensorflow_cc.so.2` },
        ],
        problems: [
          {
            problem: 'The library has kernels for compute capability 6.0 to 9.0, and the GPU has 5.2.',
            remedy: 'Use another engine: fer engine install webgpu',
          },
        ],
      },
    },
  ],
  auto: { engine: 'wasm', remark: 'Engine wasm on 8 processors: there is no GPU here.' },
};

describe('the report', () => {
  const lines = formatDiagnosis(diagnosis).split('\n');

  test('of machine, engines, times and choice', () => {
    expect(lines).toEqual([
      'fer 1.0.0 on this machine',
      '  Node              24.1.0, ABI 137, on linux x64',
      '  processor         a processor, 8 cores',
      '  WebAssembly       SIMD and relaxed SIMD, threads',
      '  memory            32.0 GB of 64.0 GB free',
      '  disk for runs     123.4 GB free, /home/me/fer',
      '  disk for engines  unknown,',
      '                    /home/me/.local/share/of/a/program/with/a/long/path/fer/engines',
      '  GPU               none',
      '',
      'Engine wasm runs on 8 processors',
      '  vectors           256-bit',
      '',
      'Engine cuda cannot run here',
      '  libtensorflow     2.21.0,',
      `                    /opt/${'tensorflow/'.repeat(6)}libtensorflow_cc.so.2`,
      '  ! The library has kernels for compute capability 6.0 to 9.0, and the GPU has',
      '    5.2.',
      '  > Use another engine: fer engine install webgpu',
      '',
      'Measured: mini-xception, batches of 128',
      '  engine     step  images/s  inference  images/s  FER-2013, 50 epochs',
      '  wasm    50.0 ms     2,560    10.0 ms    12,800         about 10 min',
      '  The estimate is 50 epochs of 225 steps (28,709 images) and 3,589 images to',
      '  validate, at these times. It leaves out reading the data, augmentation where',
      '  that is slower than a step, checkpoints, and the early stopping that may end a',
      '  run sooner.',
      '',
      'With --engine auto, the default of train and bench',
      '  Engine wasm on 8 processors: there is no GPU here.',
    ]);
  });

  test('of an engine that was too slow', () => {
    const { probe } = diagnosis.engines[0]!;
    const slow = formatDiagnosis({ ...diagnosis, engines: [{ probe, unmeasured: 'It did not answer in 60 s.' }] });
    expect(slow).toContain('\n  ! Not measured: too slow, or hanging. It did not answer in 60 s.\n');
    expect(slow).not.toContain('Measured');
  });

  test('of an engine that could be faster', () => {
    const probe = { ...diagnosis.engines[0]!.probe, faster: 'A newer one takes half the time.' };
    const told = formatDiagnosis({ ...diagnosis, engines: [{ probe }] });
    expect(told).toContain('\n  vectors           256-bit\n  > A newer one takes half the time.\n');
  });

  test('without measurements and choice', () => {
    const rest = { fer: diagnosis.fer, machine };
    const short = formatDiagnosis({ ...rest, engines: [diagnosis.engines[1]!] }).split('\n');
    expect(short.at(-1)).toBe('  > Use another engine: fer engine install webgpu');
  });
});

test.each([
  [20_000, 'under a minute'],
  [95_000, 'about 2 min'],
  [577_000, 'about 10 min'],
  [7_600_000, 'about 2 h 07 min'],
])('an estimate of %d ms', (milliseconds, text) => {
  expect(formatEstimate(milliseconds)).toBe(text);
});

describe('machines', () => {
  const told = (changes: Partial<MachineFacts>, name: string): string[] =>
    machineFacts({ ...machine, ...changes })
      .filter((fact) => fact.name === name)
      .map(({ value }) => value);

  test.each([
    [{ present: 8, allowed: 2, threads: 2 }, 'p, 8 cores, 2 of them for this process'],
    [{ present: 8, allowed: 8, quota: 8, threads: 8 }, 'p, 8 cores'],
    [
      { present: 8, allowed: 8, quota: 1.5, threads: 8 },
      'p, 8 cores, the time of 1.5 granted by the container; try --threads 1',
    ],
    [{ present: 8, allowed: 8, quota: 2, threads: 2 }, 'p, 8 cores, the time of 2 granted by the container'],
  ])('with processors %j', (processors, text) => {
    expect(told({ processors: { model: 'p', ...processors } }, 'processor')).toEqual([text]);
  });

  test('with a limit of memory', () => {
    const memory = { total: 64e9, available: 32e9, limit: 4e9 };
    expect(told({ memory }, 'memory')).toEqual(['32.0 GB of 64.0 GB free; the container may have 4.0 GB']);
  });

  test('without vectors', () => {
    const features = { ...machine.features, simd: false, relaxedSimd: false, sharedMemory: false };
    expect(told({ features }, 'WebAssembly')).toEqual(['no SIMD, no threads']);
  });

  test('with GPUs: NVIDIA’s as nvidia-smi tells of them, others by vendor', () => {
    const gpus = {
      gpus: [
        { vendor: 'NVIDIA', reachable: true, path: '/dev/nvidia0' },
        { vendor: 'AMD', reachable: true, path: '/sys/class/drm/card0/device/vendor' },
      ],
      nvidiaDriver: '570.86.15',
    } as const;
    const nvidia = [{ name: 'NVIDIA H200', driver: '570.86.15', computeCapability: '9.0', memory: 150e9 }];
    expect(told({ gpus, nvidia }, 'GPU')).toEqual([
      'NVIDIA H200, driver 570.86.15, compute capability 9.0, 150.0 GB',
      'AMD',
    ]);
    expect(told({ gpus }, 'GPU')).toEqual(['NVIDIA, driver 570.86.15', 'AMD']);
    const hidden = { ...gpus, gpus: [{ ...gpus.gpus[0], reachable: false }] };
    expect(told({ gpus: hidden }, 'GPU')).toEqual([
      'NVIDIA, driver 570.86.15, but there is no /dev/nvidia0: start the container with the GPU (docker run --gpus all)',
    ]);
  });
});
