import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';

const module = new URL('../../../../src/model/formats/keras/memoryLimit.js', import.meta.url);

/** Grows a memory of one page of 64 KiB by `pages`, one at a time, in a thread that may have three pages. */
async function pagesAfterGrowing(pages: number): Promise<unknown> {
  const code = `
    import('${module.href}').then(({ limitWebAssemblyMemory }) => {
      limitWebAssemblyMemory(3 * 65536);
      const memory = new WebAssembly.Memory({ initial: 1 });
      try {
        for (let page = 0; page < ${pages}; page++) memory.grow(1);
      } catch {}
      require('node:worker_threads').parentPort.postMessage(memory.buffer.byteLength / 65536);
    });`;
  const worker = new Worker(code, { eval: true, execArgv: [] });
  const [message] = (await once(worker, 'message')) as [unknown];
  await worker.terminate();
  return message;
}

test('memory of a thread grows to its limit and no further', async () => {
  expect(await pagesAfterGrowing(1)).toBe(2);
  expect(await pagesAfterGrowing(2)).toBe(3);
  expect(await pagesAfterGrowing(5)).toBe(3);
});
