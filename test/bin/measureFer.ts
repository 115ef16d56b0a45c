/** Runs the command line as `runFer` does, and measures it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Usage } from './measureUsage.js';
import { root, type Outcome } from './runFer.js';

export type MeasuredRun = Outcome & Usage;

/** Runs `fer` with `words` in `cwd`. */
export function measureFer(words: readonly string[], cwd: string): Promise<MeasuredRun> {
  const measure = fileURLToPath(new URL('measureUsage.js', import.meta.url));
  const child = spawn(process.execPath, ['--import', measure, `${root}/bin/fer.js`, ...words], {
    cwd,
    env: { ...process.env, FER_CACHE_DIR: `${cwd}/cache` },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const parts: [Buffer[], Buffer[], Buffer[]] = [[], [], []]; // stdout, stderr, usage
  parts.forEach((own, index) => child.stdio[index + 1]!.on('data', (part: Buffer) => own.push(part)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const [stdout, stderr, usage] = parts.map((own) => Buffer.concat(own).toString()) as [string, string, string];
      resolve({ status, stdout, stderr, ...(JSON.parse(usage) as Usage) });
    });
  });
}
