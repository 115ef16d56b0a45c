import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openRunFolder } from '../../src/train/runFolder.js';
import { requireNoRun, requireSpace, requireWritable } from '../../src/train/runFolderChecks.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fer-run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('requireNoRun', () => {
  test('a missing folder and one with other files are fine', async () => {
    await requireNoRun(join(folder, 'new'));
    await writeFile(join(folder, 'notes.txt'), '');
    await requireNoRun(folder);
  });

  test.each(['run.json', 'model.json', 'model.h5'])('%s is not overwritten', async (name) => {
    await writeFile(join(folder, name), '');
    await expect(requireNoRun(folder)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
  });
});

describe('requireWritable', () => {
  test('tries the nearest folder that exists and leaves nothing behind', async () => {
    await requireWritable(join(folder, 'a', 'b'));
    expect(await readdir(folder)).toEqual([]);
  });

  test('a file in the way is named', async () => {
    await writeFile(join(folder, 'file'), '');
    const attempt = requireWritable(join(folder, 'file', 'run'));
    await expect(attempt).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  });

  test('a folder that cannot be written is refused', async () => {
    // /proc refuses new entries even to the superuser.
    const closed = process.platform === 'linux' ? '/proc/run' : undefined;
    if (closed) await expect(requireWritable(closed)).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  });
});

test('requireSpace compares with what the disk has free', async () => {
  await requireSpace(join(folder, 'new'), 1);
  await expect(requireSpace(folder, 2 ** 60)).rejects.toMatchObject({ code: 'WRITE_FAILED' });
});

test('openRunFolder removes half-written files and nothing else', async () => {
  await mkdir(join(folder, 'state'));
  for (const name of ['run.json', 'model.json', 'model.h5', 'weights.0123abcd.bin', 'history.csv']) {
    await writeFile(join(folder, `.${name}.${randomUUID()}.tmp`), '{');
  }
  await writeFile(join(folder, 'state', `.training.bin.${randomUUID()}.tmp`), 'FER');
  // An evaluation may be writing the second one at this moment.
  const kept = ['.notes.tmp', `.private-test-looks.json.${randomUUID()}.tmp`, 'notes.tmp'];
  for (const name of kept) await writeFile(join(folder, name), '');
  const unlock = await openRunFolder(folder);
  await unlock();
  expect((await readdir(folder)).sort()).toEqual([...kept, 'state'].sort());
  expect(await readdir(join(folder, 'state'))).toEqual([]);
});
