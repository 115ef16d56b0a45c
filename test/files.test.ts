import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { removeLeftovers, replaceFile } from '../src/files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fer-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeOld(name: string): Promise<void> {
  await writeFile(join(folder, name), 'half');
  await utimes(join(folder, name), 0, 0);
}

describe('replaceFile', () => {
  test('writes text and bytes, makes folders, and leaves nothing beside', async () => {
    const path = join(folder, 'a', 'b', 'note.txt');
    await replaceFile(path, 'first');
    await replaceFile(path, new TextEncoder().encode('second'));
    expect(await readFile(path, 'utf8')).toBe('second');
    await replaceFile(path, [new TextEncoder().encode('in '), new Uint8Array(0), new TextEncoder().encode('parts')]);
    expect(await readFile(path, 'utf8')).toBe('in parts');
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
    const dead = `.note.txt.${randomUUID()}.tmp`;
    const alive = `.note.txt.${randomUUID()}.tmp`;
    await writeOld(dead);
    await writeFile(join(folder, alive), 'half');
    await replaceFile(join(folder, 'note.txt'), 'whole');
    expect((await readdir(folder)).sort()).toEqual([alive, 'note.txt']);
  });

  test('leaves hidden files that it did not make, however old', async () => {
    const kept = [
      '.note.txt.backup.tmp',
      '.note.txt.tmp',
      `.other.txt.${randomUUID()}.tmp`,
      `note.txt.${randomUUID()}.tmp`,
    ];
    for (const name of kept) await writeOld(name);
    await replaceFile(join(folder, 'note.txt'), 'whole');
    expect((await readdir(folder)).sort()).toEqual([...kept, 'note.txt'].sort());
  });

  test('a leftover that cannot be removed does not make a written file fail', async () => {
    const stuck = join(folder, `.note.txt.${randomUUID()}.tmp`);
    await mkdir(stuck); // removing a file does not remove a folder
    await utimes(stuck, 0, 0);
    await replaceFile(join(folder, 'note.txt'), 'whole');
    expect(await readFile(join(folder, 'note.txt'), 'utf8')).toBe('whole');
  });
});

test('removeLeftovers sweeps up those of the files that are meant, of any age on request', async () => {
  const [mine, others] = [`.a.${randomUUID()}.tmp`, `.b.${randomUUID()}.tmp`];
  for (const name of [mine, others]) await writeFile(join(folder, name), 'half');
  const of = (name: string): boolean => name === 'a';
  await removeLeftovers(folder, { of });
  expect((await readdir(folder)).sort()).toEqual([mine, others]);
  await removeLeftovers(folder, { of, ofAnyAge: true });
  expect(await readdir(folder)).toEqual([others]);
  await removeLeftovers(join(folder, 'missing'), { of });
});
