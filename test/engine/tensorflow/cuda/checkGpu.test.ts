import { describe, expect, test } from '@jest/globals';
import {
  driverFindings,
  driverProblem,
  noGpuProblem,
  versionProblem,
} from '../../../../src/engine/tensorflow/cuda/checkGpu.js';
import { versionOf, type CudaDriver } from '../../../../src/engine/tensorflow/cuda/driver.js';

const hopper: CudaDriver = { cudaVersion: [12, 4], gpus: [{ name: 'NVIDIA H200', capability: [9, 0] }] };
const withCapability = (capability: readonly [number, number]): CudaDriver => ({
  ...hopper,
  gpus: [{ name: 'A card', capability }],
});

describe('what keeps a GPU from running TensorFlow', () => {
  test('nothing, with a recent driver, card and library', () => {
    expect(driverProblem(hopper)).toBeUndefined();
    expect(versionProblem(hopper, '2.21.0')).toBeUndefined();
    expect(versionProblem(withCapability([12, 0]), '2.21.0')).toBeUndefined(); // compiled by the driver
  });

  test('a TensorFlow that finds none: to be installed, or installed anew', () => {
    expect(noGpuProblem(false).remedy).toMatch(/fer engine install cuda$/);
    expect(noGpuProblem(true).remedy).toMatch(/fer engine install cuda --force$/);
  });

  test('no driver, or one that shows no GPU', () => {
    expect(driverProblem(undefined)?.problem).toContain('libcuda.so.1');
    expect(driverProblem({ ...hopper, gpus: [] })?.remedy).toContain('CUDA_VISIBLE_DEVICES');
  });

  test.each([
    ['a driver that is too old', { ...hopper, cudaVersion: [11, 8] } as const, '2.21.0', 'CUDA 11.8 at most'],
    ['a card that is too old', withCapability([5, 2]), '2.21.0', 'A card has 5.2'],
    ['a library older than the card', hopper, '2.9.1', 'TensorFlow 2.9.1 is older than NVIDIA H200'],
  ])('%s', (_name, driver, version, said) => {
    expect(versionProblem(driver, version)?.problem).toContain(said);
  });

  test('an old library runs on an old driver and card', () => {
    const turing = { cudaVersion: [11, 2], gpus: [{ name: 'A card', capability: [7, 5] }] } as const;
    expect(versionProblem(turing, '2.9.1')).toBeUndefined();
    expect(versionProblem({ ...hopper, cudaVersion: [11, 8] }, '2.15.0')).toBeUndefined();
  });

  test('the driver and its GPUs are told', () => {
    expect(driverFindings(hopper)).toEqual([
      { name: "the driver's newest CUDA", value: '12.4' },
      { name: 'NVIDIA H200', value: 'compute capability 9.0' },
    ]);
    expect(driverFindings(withCapability([12, 0]))[1]!.value).toContain('12.0; the driver compiles');
  });

  test('versions are counted in thousands and tens', () => {
    expect(versionOf(12080)).toEqual([12, 8]);
    expect(versionOf(11020)).toEqual([11, 2]);
  });
});
