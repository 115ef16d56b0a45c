import { describe, expect, test } from '@jest/globals';
import { extractPixels, PixelStore } from '../../src/data/pixelText.js';

/** Feeds `text` in blocks of `size` bytes and returns what comes out. */
async function extract(text: string, store: PixelStore, size = text.length): Promise<string> {
  async function* blocks(): AsyncGenerator<Buffer> {
    for (let i = 0; i < text.length; i += size)
      yield await Promise.resolve(Buffer.from(text.slice(i, i + size), 'latin1'));
  }
  let extracted = '';
  for await (const block of extractPixels(blocks(), store)) extracted += block.toString('latin1');
  return extracted;
}

const text =
  '3,10 20 30 40 50 60 70 80 90 100,Training\n4,"1 2 3 4 5 6 7 8 9 10 11 12 13",x\n5,7 8,y 1 2 3 4 5 6 7 8 9 10 11 12';
const rest = '3,#0;,Training\n4,"#1;",x\n5,7 8,y#2;';

test('long runs become references, everything else passes', async () => {
  const store = new PixelStore(20);
  expect(await extract(text, store)).toBe(rest);
  expect(store.take('#0;')).toEqual({ start: 0, count: 10, outOfRange: undefined });
  expect(store.take('#1;')).toEqual({ start: 10, count: 13, outOfRange: undefined });
  expect(store.take('#1;')).toBeUndefined();
  expect([...store.bytes.subarray(0, 12)]).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1, 2]);
});

test('where a block ends makes no difference', async () => {
  const whole = new PixelStore(20);
  await extract(text, whole);
  for (let size = 1; size <= 40; size++) {
    const store = new PixelStore(20);
    expect(await extract(text, store, size)).toBe(rest);
    expect(Buffer.compare(store.bytes, whole.bytes)).toBe(0);
  }
});

describe('what a run may hold', () => {
  test('values beyond the limit are counted, not stored', async () => {
    const store = new PixelStore(4);
    await extract('1 2 3 4 5 6 7 8 9 10 11 12 13 14,2 2 2 2 2 2 2 2 2 2 2 2 2 2', store);
    expect(store.take('#0;')?.count).toBe(14);
    expect(store.take('#1;')?.start).toBe(4);
    expect([...store.bytes.subarray(0, 8)]).toEqual([1, 2, 3, 4, 2, 2, 2, 2]);
  });

  test('the first value above 255 is remembered, however long it is', async () => {
    const store = new PixelStore(40);
    await extract('1 2 3 255 256 999 7 8 9 10 11 12,0 12345678999999999999999999', store);
    expect(store.take('#0;')?.outOfRange).toEqual({ position: 5, value: 256 });
    expect(store.take('#1;')?.outOfRange).toEqual({ position: 2, value: 1234567 });
  });

  test('the store grows and keeps what it has', async () => {
    const store = new PixelStore(20);
    const line = Array.from({ length: 20 }, (_, i) => 100 + i).join(' ');
    await extract(Array.from({ length: 5000 }, () => line).join('\n'), store);
    expect(store.take('#4999;')?.start).toBe(4999 * 20);
    expect([...store.bytes.subarray(0, 3)]).toEqual([100, 101, 102]);
    expect(store.bytes[4999 * 20 + 19]).toBe(119);
  });
});
