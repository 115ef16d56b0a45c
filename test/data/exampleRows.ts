/** Small CSV files that a person can check, in folders that go away after the test file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

export const header = 'emotion,pixels,Usage';

/** 2,304 grey levels that count up from `first`, round and round. */
export function countingPixels(first: number): number[] {
  return Array.from({ length: 2304 }, (_, i) => (first + i) % 256);
}

/** One CSV row whose pixels count up from `first`. */
export function row(emotion: number | string, first = 0, usage = 'Training'): string {
  return `${emotion},${countingPixels(first).join(' ')},${usage}`;
}

/** A folder of its own for the calling test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fer-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A function that writes files into `folder` and returns their paths. */
export function fileWriter(folder: string): (name: string, content: string | Uint8Array) => string {
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}
