import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
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
