/** Unpacking what is wanted of a wheel, and refusing what is damaged. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memberSizes, readMetadata, unpackWheel } from '../../../src/engine/install/wheel.js';
import { isNvidiaFile, isTensorflowFile } from '../../../src/engine/install/wheelFiles.js';
import { makeWheel } from './makeWheel.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-wheel-'));
afterAll(() => rmSync(folder, { recursive: true }));

const library = 'ELF'.repeat(10_000);
let wheel: string;
beforeAll(async () => {
  wheel = await makeWheel(join(folder, 'wheels'), {
    name: 'nvidia-cuda-nvcc-cu12',
    version: '12.5.82',
    files: {
      'nvidia/__init__.py': '',
      'nvidia/cudnn/include/cudnn.h': 'header',
      'nvidia/cudnn/lib/libcudnn.so.9': library,
      'nvidia/cudnn/lib/libcudnn_static.a': 'static',
      'nvidia/cuda_nvcc/bin/ptxas': 'program',
      'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc': 'bitcode',
    },
  });
});

async function filesIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

describe('wheels', () => {
  test('libraries, ptxas, its device library and the metadata are unpacked, with their permissions', async () => {
    const out = join(folder, 'out');
    let bytes = 0;
    await unpackWheel(wheel, out, { wanted: isNvidiaFile, onBytes: (more) => (bytes += more) });
    expect(await filesIn(out)).toEqual(['METADATA', 'libcudnn.so.9', 'libdevice.10.bc', 'ptxas']);
    expect(readFileSync(join(out, 'nvidia/cudnn/lib/libcudnn.so.9'), 'utf8')).toBe(library);
    const sizes = await memberSizes(wheel, isNvidiaFile);
    expect(bytes).toBe([...sizes.values()].reduce((sum, size) => sum + size, 0));
    expect(sizes.get('nvidia/cudnn/lib/libcudnn.so.9')).toBe(library.length);
    if (process.platform === 'win32') return;
    expect(statSync(join(out, 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o700).toBe(0o700);
    expect(statSync(join(out, 'nvidia/cudnn/lib/libcudnn.so.9')).mode & 0o700).toBe(0o600);
  });

  test('of TensorFlow, its two libraries and its licences are wanted', () => {
    const suffix = process.platform === 'darwin' ? '.2.dylib' : '.so.2';
    const wanted = [
      `tensorflow/libtensorflow_cc${suffix}`,
      `tensorflow/libtensorflow_framework${suffix}`,
      'tensorflow/THIRD_PARTY_NOTICES.txt',
      'tensorflow_cpu-2.21.0.dist-info/METADATA',
      'tensorflow_cpu-2.21.0.dist-info/licenses/LICENSE',
    ];
    const others = [
      'tensorflow/__init__.py',
      'tensorflow/python/_pywrap_tfe.so',
      'tensorflow/include/tensorflow/c/c_api.h',
      'tensorflow_cpu-2.21.0.dist-info/RECORD',
    ];
    expect([...wanted, ...others].filter(isTensorflowFile)).toEqual(wanted);
  });

  test('the metadata is read', async () => {
    expect(await readMetadata(wheel)).toMatch(/^Metadata-Version: 2\.1\nName: nvidia-cuda-nvcc-cu12\n/);
  });

  test('a byte that changed, an end that is missing and no archive at all are refused', async () => {
    const whole = readFileSync(wheel);
    const changed = Buffer.from(whole);
    changed[whole.indexOf('bitcode')]! ^= 1; // of a stored member: its checksum alone can tell
    for (const [name, bytes] of [
      ['changed', changed],
      ['cut', whole.subarray(0, whole.length - 40)],
      ['text', Buffer.from('not a wheel')],
    ] as const) {
      const path = join(folder, `${name}.whl`);
      writeFileSync(path, bytes);
      await expect(unpackWheel(path, join(folder, name), { wanted: () => true })).rejects.toMatchObject({
        code: 'ENGINE_INSTALL_FAILED',
        message: expect.stringContaining(`${name}.whl: expected a wheel`),
      });
    }
  });

  test('a name that leads out of the folder is refused', async () => {
    const safe = await makeWheel(join(folder, 'evil'), { name: 'evil', version: '1', files: { 'xx/outside.so': 'x' } });
    const path = join(folder, 'evil.whl');
    writeFileSync(path, readFileSync(safe, 'latin1').replaceAll('xx/outside.so', '../outside.so'), 'latin1');
    await expect(unpackWheel(path, join(folder, 'in'), { wanted: () => true })).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_FAILED',
    });
    expect(await filesIn(folder)).not.toContain('outside.so');
  });

  test('it stops when it is told to', async () => {
    const out = join(folder, 'stopped');
    const unpacking = unpackWheel(wheel, out, { wanted: isNvidiaFile, signal: AbortSignal.abort() });
    await expect(unpacking).rejects.toMatchObject({ name: 'AbortError' });
  });
});
