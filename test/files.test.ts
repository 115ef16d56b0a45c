import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { replaceFile } from '../src/files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fer-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('replaceFile', () => {
  test('writes text and bytes, makes folders, and leaves nothing beside', async () => {
    const path = join(folder, 'a', 'b', 'note.txt');
    await replaceFile(path, 'first');
    await replaceFile(path, new TextEncoder().encode('second'));
    expect(await readFile(path, 'utf8')).toBe('second');
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['note.txt']);
  });

  test('says WRITE_FAILED with the reason when the folder is a file, and leaves that file alone', async () => {
    await writeFile(join(folder, 'file'), 'kept');
    await expect(replaceFile(join(folder, 'file', 'note.txt'), 'x')).rejects.toMatchObject({
      name: 'FerError',
      code: 'WRITE_FAILED',
      message: expect.stringContaining(join(folder, 'file', 'note.txt')),
    });
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('kept');
  });

  test('keeps the old file when the new one cannot take its place', async () => {
    const path = join(folder, 'target');
    await replaceFile(join(path, 'inner'), 'kept'); // a folder where the file should go
    await expect(replaceFile(path, 'x')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    expect(await readFile(join(path, 'inner'), 'utf8')).toBe('kept');
    expect(await readdir(folder)).toEqual(['target']);
  });

  test('sweeps up what killed processes left, but not what others may still be writing', async () => {
    const old = join(folder, '.note.txt.0000.tmp');
    await writeFile(old, 'half');
    await utimes(old, new Date(0), new Date(0));
    await writeFile(join(folder, '.note.txt.1111.tmp'), 'half');
    await replaceFile(join(folder, 'note.txt'), 'whole');
    expect((await readdir(folder)).sort()).toEqual(['.note.txt.1111.tmp', 'note.txt']);
  });
});
