/** TensorFlow and NVIDIA's libraries out of wheels, with pip itself and small wheels of the same layout. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { carryTensorflow, type CarryOptions } from '../../../src/engine/install/carryTensorflow.js';
import type { InstallEvent } from '../../../src/engine/install/installation.js';
import { makeWheel } from './makeWheel.js';
import { pipEnvironment, pythonVersion } from './pipSource.js';

const suffix = process.platform === 'darwin' ? '.2.dylib' : '.so.2';
const libraries = {
  [`tensorflow/libtensorflow_cc${suffix}`]: 'the C API',
  [`tensorflow/libtensorflow_framework${suffix}`]: 'the framework',
  'tensorflow/__init__.py': 'python',
  'tensorflow/THIRD_PARTY_NOTICES.txt': 'notices',
};

let folder: string;
let wheels: string;
let target: string;
let events: InstallEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fer-carry-'));
  wheels = join(folder, 'wheels');
  target = join(folder, 'target');
  events = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function options(name: string, platformTags: readonly string[] = []): CarryOptions {
  return {
    environment: pipEnvironment(wheels, folder),
    python: { pip: ['python3', '-m', 'pip'], version: pythonVersion! },
    facts: { platform: 'linux', arch: 'x64', glibc: '2.36' },
    package: { name, platformTags },
    release: '2.21.0',
    onEvent: (event) => events.push(event),
  };
}

const read = (path: string): string => readFileSync(join(target, 'site', path), 'utf8');
const withPip = pythonVersion === undefined ? describe.skip : describe;

withPip('carryTensorflow (needs Python with pip)', () => {
  test('brings the two libraries and the notices, and nothing else stays', async () => {
    await makeWheel(wheels, { name: 'tensorflow-cpu', version: '2.21.0', files: libraries });
    const versions = await carryTensorflow('tensorflow', target, options('tensorflow-cpu'));
    expect(versions).toEqual({ 'tensorflow-cpu': '2.21.0' });
    expect(read(`tensorflow/libtensorflow_cc${suffix}`)).toBe('the C API');
    expect(read(`tensorflow/libtensorflow_framework${suffix}`)).toBe('the framework');
    expect(read('tensorflow/THIRD_PARTY_NOTICES.txt')).toBe('notices');
    expect(existsSync(join(target, 'site/tensorflow/__init__.py'))).toBe(false);
    expect(existsSync(join(target, 'download'))).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: 'unpack', what: 'tensorflow_cpu-2.21.0-py3-none-any.whl' });
    expect(events.at(-1)).toMatchObject({ bytes: (events.at(-1) as { total: number }).total });
  });

  test('cuda brings what the metadata requires, newest in its range, where the libraries look for it', async () => {
    const metadata = [
      'Requires-Dist: absl-py>=1.0.0',
      'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
      'Requires-Dist: nvidia-cuda-nvcc-cu12<13.0,>=12.5.82; extra == "and-cuda"',
    ];
    await makeWheel(wheels, { name: 'tensorflow', version: '2.21.0', metadata, files: libraries });
    for (const version of ['8.9.7', '9.3.0.75', '9.10.1.4', '10.0.0']) {
      const files = { 'nvidia/cudnn/lib/libcudnn.so.9': version, 'nvidia/cudnn/include/cudnn.h': 'header' };
      await makeWheel(wheels, { name: 'nvidia-cudnn-cu12', version, files });
    }
    const compiler = {
      'nvidia/cuda_nvcc/bin/ptxas': 'program',
      'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc': 'b',
    };
    await makeWheel(wheels, { name: 'nvidia-cuda-nvcc-cu12', version: '12.9.86', files: compiler });
    expect(await carryTensorflow('cuda', target, options('tensorflow'))).toEqual({
      tensorflow: '2.21.0',
      'nvidia-cudnn-cu12': '9.10.1.4',
      'nvidia-cuda-nvcc-cu12': '12.9.86',
    });
    // $ORIGIN/../nvidia/cudnn/lib of the library in site/tensorflow.
    expect(read('tensorflow/../nvidia/cudnn/lib/libcudnn.so.9')).toBe('9.10.1.4');
    expect(existsSync(join(target, 'site/nvidia/cudnn/include'))).toBe(false);
    expect(read('nvidia/cuda_nvcc/bin/ptxas')).toBe('program');
  });

  test('a wheel of another Python than the one here is good enough', async () => {
    const other = pythonVersion === '3.13' ? 'cp312' : 'cp313';
    const tag = `${other}-${other}-manylinux_2_27_x86_64`;
    await makeWheel(wheels, { name: 'tensorflow-cpu', version: '2.21.0', tag, files: libraries });
    const tags = ['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64'];
    const versions = await carryTensorflow('tensorflow', target, options('tensorflow-cpu', tags));
    expect(versions).toEqual({ 'tensorflow-cpu': '2.21.0' });
    expect(read(`tensorflow/libtensorflow_cc${suffix}`)).toBe('the C API');
  });

  test('a version that there is not is told with those that there are', async () => {
    await makeWheel(wheels, { name: 'tensorflow-cpu', version: '2.20.0', files: libraries });
    await expect(carryTensorflow('tensorflow', target, options('tensorflow-cpu'))).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_FAILED',
      message: expect.stringMatching(/tensorflow-cpu==2\.21\.0.*from versions: 2\.20\.0.*--release/) as unknown,
    });
  });

  test('a wheel without the libraries, or without names of CUDA libraries, is told', async () => {
    await makeWheel(wheels, { name: 'tensorflow', version: '2.21.0', files: { 'tensorflow/__init__.py': '' } });
    await expect(carryTensorflow('tensorflow', target, options('tensorflow'))).rejects.toThrow('does not contain');
    await makeWheel(wheels, { name: 'tensorflow', version: '2.21.0', files: libraries });
    rmSync(target, { recursive: true });
    await expect(carryTensorflow('cuda', target, options('tensorflow'))).rejects.toThrow('names no CUDA libraries');
  });
});
