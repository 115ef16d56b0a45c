import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockRun } from '../../src/train/runLock.js';

let folder: string;
let other: ChildProcess;
/** What another process that trains in the folder has there. */
let mark: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fer-lock-'));
  other = spawn(process.execPath, ['--eval', 'process.stdin.resume()']); // waits until its input ends
  mark = `process-${other.pid!}.lock`;
  await writeFile(join(folder, mark), '');
});
afterEach(async () => {
  if (other.exitCode === null) await end(other);
  await rm(folder, { recursive: true, force: true });
});

async function end(child: ChildProcess): Promise<void> {
  child.stdin!.end();
  await once(child, 'exit');
}

describe('lockRun', () => {
  test('refuses while another process lives, and leaves the mark to it', async () => {
    await expect(lockRun(folder)).rejects.toMatchObject({
      code: 'RUN_EXISTS',
      message: expect.stringMatching(`process ${other.pid!} does.*delete .*${mark}`),
    });
    expect(await readdir(folder)).toEqual([mark]);
  });

  test('takes over from one that is dead, and leaves nothing', async () => {
    await end(other);
    await writeFile(join(folder, 'training.bin'), '');
    const unlock = await lockRun(folder);
    expect((await readdir(folder)).sort()).toEqual([`process-${process.pid}.lock`, 'training.bin']);
    await unlock();
    expect(await readdir(folder)).toEqual(['training.bin']);
  });
});
