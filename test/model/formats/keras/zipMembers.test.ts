import { describe, expect, test } from '@jest/globals';
import { readZipMembers } from '../../../../src/model/formats/keras/zipMembers.js';
import { replaced, zip } from './zipArchive.js';

const limits = { 'config.json': 1e6, 'model.weights.h5': 100e6 };

/** Where the central directory describes its only member. */
const directory = (bytes: Buffer): number => bytes.indexOf('PK\x01\x02', 'latin1');

const refusal = (bytes: Uint8Array): Promise<unknown> =>
  readZipMembers(bytes, limits, 'm.keras').then(
    () => 'read',
    (error: unknown) => error,
  );

describe('readZipMembers', () => {
  test.each([false, true])('reads the members asked for, compressed: %s', async (compress) => {
    const bytes = await zip(
      [
        ['config.json', '{}'],
        ['notes.txt', 'x'],
        ['model.weights.h5', 'abc'],
      ],
      compress,
    );
    const members = await readZipMembers(bytes, limits, 'm.keras');
    expect(Object.fromEntries([...members].map(([name, content]) => [name, Buffer.from(content).toString()]))).toEqual({
      'config.json': '{}',
      'model.weights.h5': 'abc',
    });
  });

  const simple = zip([['config.json', 'some text']]);
  const zeros = Buffer.alloc(2e6);
  const hostile: [what: string, archive: () => Promise<Buffer>, message: string | RegExp][] = [
    [
      'a name twice',
      () =>
        zip([
          ['a', ''],
          ['a', ''],
        ]),
      'it has two members a',
    ],
    [
      'a way up',
      async () => replaced(await zip([['xx/evil', '']]), 'xx/evil', '../evil'),
      'invalid relative path: ../evil',
    ],
    [
      'an absolute name',
      async () => replaced(await zip([['x/evil', '']]), 'x/evil', '//evil'),
      'absolute path: //evil',
    ],
    ['a drive', async () => replaced(await zip([['xx/evil', '']]), 'xx/evil', 'C:/evil'), 'absolute path: C:/evil'],
    [
      'a backslash',
      async () => replaced(await zip([['..xevil', '']]), '..xevil', '..\\evil'),
      'invalid characters in fileName',
    ],
    ['half of it', async () => (await simple).subarray(0, 60), 'End of central directory record signature not found'],
    ['no bytes', () => Promise.resolve(Buffer.alloc(0)), 'End of central directory record signature not found'],
    [
      'a member over its limit',
      () => zip([['config.json', zeros]], true),
      'is said to have 2000000 bytes, more than 1000000',
    ],
    ['a bomb', () => zip([['model.weights.h5', zeros]], true), /is said to grow from \d+ to 2000000 bytes/],
    [
      'a bomb that calls itself small',
      async () => {
        const bytes = await zip([['config.json', zeros]], true);
        bytes.writeUInt32LE(10, directory(bytes) + 24);
        return bytes;
      },
      'too many bytes in the stream',
    ],
    [
      'a member that calls itself larger than it is',
      async () => {
        const bytes = await zip([['config.json', 'some text']], true);
        bytes.writeUInt32LE(500, directory(bytes) + 24);
        return bytes;
      },
      'not enough bytes in the stream',
    ],
    [
      'stored bytes beyond the end',
      async () => {
        const bytes = Buffer.from(await simple);
        bytes.writeUInt32LE(5000, directory(bytes) + 20);
        bytes.writeUInt32LE(5000, directory(bytes) + 24);
        return bytes;
      },
      'file data overflows file bounds',
    ],
    [
      'a wrong checksum',
      async () => replaced(await simple, 'some text', 'same text'),
      'the checksum of its member config.json is wrong',
    ],
    [
      'an encrypted member',
      async () => {
        const bytes = Buffer.from(await simple);
        bytes.writeUInt16LE(bytes.readUInt16LE(directory(bytes) + 8) | 1, directory(bytes) + 8);
        bytes.writeUInt32LE(9 + 12, directory(bytes) + 20); // its header of 12 bytes
        return bytes;
      },
      'its member config.json is encrypted',
    ],
    [
      'more members than a model has',
      () => zip(Array.from({ length: 1001 }, (_, i): [string, string] => [`${i}`, ''])),
      'it has 1001 members',
    ],
  ];
  test.each(hostile)('refuses %s', async (_, archive, message) => {
    const error = await refusal(await archive());
    expect(error).toMatchObject({ code: 'MODEL_INVALID' });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/^m\.keras: expected a \.keras archive, but .*\. Copy the file again/);
  });
});
