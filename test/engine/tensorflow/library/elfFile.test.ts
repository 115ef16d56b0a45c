import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { missingBytes } from '../../../../src/engine/tensorflow/library/elfFile.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-elf-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('other files miss nothing', () => {
  const path = join(folder, 'text');
  for (const text of ['', 'no library', 'x'.repeat(100)]) {
    writeFileSync(path, text);
    expect(missingBytes(path)).toBe(0);
  }
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('an ELF file (Linux)', () => {
  test('misses nothing when it is whole, and what was cut off when it is not', () => {
    expect(missingBytes(process.execPath)).toBe(0);
    const path = join(folder, 'node');
    copyFileSync(process.execPath, path);
    const { size } = statSync(path);
    truncateSync(path, Math.floor(size / 2));
    const missing = missingBytes(path);
    expect(missing).toBeGreaterThan(0);
    expect(missing).toBeLessThanOrEqual(size - Math.floor(size / 2));
    truncateSync(path, 70); // within the table
    expect(missingBytes(path)).toBeGreaterThan(0);
  });
});
