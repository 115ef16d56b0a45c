import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { importKoffi } from '../../../../src/engine/tensorflow/library/koffi.js';
import { loadedFiles, openLibrary } from '../../../../src/engine/tensorflow/library/openLibrary.js';
import { describeTensorflow, presentInstallation, presentLibrary } from '../presentTensorflow.js';

describeTensorflow('openLibrary', () => {
  test('gives the library, which knows its version; the same one again', async () => {
    const library = await presentLibrary();
    expect(library.functions.version()).toMatch(/^\d+\.\d+/);
    expect(await presentLibrary()).toBe(library);
    expect(loadedFiles()).toEqual(library.files);
  });

  test('refuses a second one in the same process', async () => {
    await presentLibrary();
    const files = { library: '/elsewhere/libtensorflow_cc.so.2', framework: '/elsewhere/libtensorflow_framework.so.2' };
    await expect(openLibrary((await importKoffi())!, files)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining(files.library),
    });
  });

  test('a process that loads it writes nothing and ends well', () => {
    const [koffi, open] = ['koffi', 'openLibrary'].map(
      (name) => new URL(`../../../../src/engine/tensorflow/library/${name}.js`, import.meta.url).href,
    );
    const { library, framework } = presentInstallation();
    const script = `
      const { importKoffi } = await import(${JSON.stringify(koffi)});
      const { openLibrary } = await import(${JSON.stringify(open)});
      await openLibrary(await importKoffi(), ${JSON.stringify({ library, framework })});
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

const withoutTensorflow = (await importKoffi()) && process.platform === 'linux' ? describe : describe.skip;

withoutTensorflow('openLibrary with damaged files (Linux, koffi)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fer-open-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** In a process of its own, which has no other TensorFlow. */
  const open = (bytes: Buffer): string => {
    const [library, framework] = [join(folder, 'libtensorflow_cc.so.2'), join(folder, 'libtensorflow_framework.so.2')];
    for (const path of [library, framework]) writeFileSync(path, bytes);
    const [koffi, opener] = ['koffi', 'openLibrary'].map(
      (name) => new URL(`../../../../src/engine/tensorflow/library/${name}.js`, import.meta.url).href,
    );
    const script = `
      const { importKoffi } = await import(${JSON.stringify(koffi)});
      const { openLibrary } = await import(${JSON.stringify(opener)});
      const error = await openLibrary(await importKoffi(), ${JSON.stringify({ library, framework })}).catch((one) => one);
      console.log(error.code, error.message);
    `;
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout;
  };
  // Any library of this process will do.
  const other = (process.report.getReport() as { sharedObjects: string[] }).sharedObjects.find((path) =>
    /\/libm[.-]/.test(path),
  )!;

  test.each([
    ['cut off', (whole: Buffer) => whole.subarray(0, whole.length / 3), 'ends too early'],
    ['of something else', (whole: Buffer) => whole, 'is another library'],
    ['of no library', () => Buffer.from('nothing'), 'cannot be loaded'],
  ])('%s: an error that says so', (_what, damage, said) => {
    const told = open(damage(readFileSync(other)));
    expect(told).toMatch(/^ENGINE_UNAVAILABLE TensorFlow cannot be loaded: /);
    expect(told).toContain(said);
  });
});
