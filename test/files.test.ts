import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder, removeLeftovers, replaceFile, requireWritable } from '../src/files.js';

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

  test('replaces the file that a link leads to, and keeps the link', async () => {
    await writeFile(join(folder, 'real.txt'), 'old');
    await symlink('real.txt', join(folder, 'link.txt'));
    await replaceFile(join(folder, 'link.txt'), 'new');
    expect(await readlink(join(folder, 'link.txt'))).toBe('real.txt');
    expect(await readFile(join(folder, 'real.txt'), 'utf8')).toBe('new');
  });

  test('makes the file that links lead to when it is not there yet', async () => {
    await symlink(join('elsewhere', 'link.txt'), join(folder, 'outer.txt'));
    await mkdir(join(folder, 'elsewhere'));
    await symlink(join('..', 'later', 'real.txt'), join(folder, 'elsewhere', 'link.txt'));
    await replaceFile(join(folder, 'outer.txt'), 'new');
    expect(await readFile(join(folder, 'later', 'real.txt'), 'utf8')).toBe('new');
    expect(await readlink(join(folder, 'outer.txt'))).toBe(join('elsewhere', 'link.txt'));
  });

  test('refuses links that lead to each other', async () => {
    await symlink('b', join(folder, 'a'));
    await symlink('a', join(folder, 'b'));
    await expect(replaceFile(join(folder, 'a'), 'x')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
  });

  (process.platform === 'win32' ? test.skip : test)('writes into a pipe instead of taking its place', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'], timeout: 10_000 });
    try {
      const ended = once(reader, 'close');
      const [received] = await Promise.all([
        text(reader.stdout),
        replaceFile(pipe, [Buffer.from('in '), Buffer.from('parts')]),
      ]);
      expect(received).toBe('in parts');
      expect((await lstat(pipe)).isFIFO()).toBe(true);
      expect(await readdir(folder)).toEqual(['pipe']);
      await ended;
    } finally {
      reader.kill();
    }
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

test('makeFolder makes what is missing, minds no folder that is there, and refuses a file in its way', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await Promise.all([makeFolder(path), makeFolder(path)]);
  await makeFolder(path);
  expect((await lstat(path)).isDirectory()).toBe(true);
  await writeFile(join(folder, 'file'), 'kept');
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(folder, 'file', 'inner'))).rejects.toMatchObject({ code: 'EEXIST' });
});

test('requireWritable agrees with replaceFile before anything is written', async () => {
  await writeFile(join(folder, 'file'), 'kept');
  await mkdir(join(folder, 'inner'));
  await requireWritable(join(folder, 'new.png'));
  await requireWritable(join(folder, 'file'));
  await requireWritable(join(folder, 'a', 'b', 'new.png'));
  expect((await readdir(folder)).sort()).toEqual(['file', 'inner']);
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('kept');
  for (const path of [join(folder, 'inner'), join(folder, 'file', 'new.png'), join(folder, 'file', 'a', 'new.png')]) {
    await expect(requireWritable(path)).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    await expect(replaceFile(path, 'x')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  }
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
