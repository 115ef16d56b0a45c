import { describe, expect, test } from '@jest/globals';
import { collectPicture } from '../../src/data/pictureBytes.js';

async function* chunks(count: number, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(bytes);
}

describe('collectPicture', () => {
  test('puts the parts together in order', async () => {
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Uint8Array.of(1, 2));
      yield Uint8Array.of();
      yield Uint8Array.of(3);
    }
    expect([...(await collectPicture(parts(), '-'))]).toEqual([1, 2, 3]);
  });

  test('refuses nothing at all, and leaves a pipe that never ends', async () => {
    await expect(collectPicture(chunks(0, new Uint8Array(1)), '-')).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(/^-: .* got nothing/),
    });
    const mebibytes = new Uint8Array(2 ** 20); // always the same one: it is only counted
    await expect(collectPicture(chunks(Infinity, mebibytes), 'pipe')).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(/^pipe: .* more than 1 GiB/),
    });
  });

  test('says why reading failed', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Uint8Array.of(1));
      throw new Error('the cable is out');
    }
    await expect(collectPicture(broken(), '-')).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining('the cable is out'),
    });
  });
});
