/** `fer data stats`: data that cannot be read as it comes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { runFer } from '../runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-stats-'));

afterAll(() => rmSync(folder, { recursive: true }));

(process.platform === 'win32' ? test.skip : test)(
  'a pipe is to be saved to a file first, and is not waited for',
  async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const outcome = await runFer(['data', 'stats', 'pipe'], { cwd: folder, timeoutMs: 20_000 });
    expect(outcome).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/it is a pipe, .* Save what comes out of it to a file first/),
    });
  },
);
