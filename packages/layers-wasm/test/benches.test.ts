/** The benches run and print what they say; how long things take is not tested. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

function bench(name: string, ...words: string[]): string[] {
  const script = fileURLToPath(new URL(`../bench/${name}.js`, import.meta.url));
  return execFileSync(process.execPath, [script, ...words], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

test('memory.js prints a row for each batch and number of threads, trained and not', () => {
  const rows = bench('memory', '--batch', '1,8', '--threads', '1').map((line) => line.trim().split(/ +/));
  expect(rows[0]!.slice(0, 4)).toEqual(['batch', 'threads', 'total', 'tensors']);
  expect(rows.slice(1).map((row) => row.slice(0, 3))).toEqual([
    ['training', '1', '1'],
    ['training', '8', '1'],
    ['inference', '1', '1'],
    ['inference', '8', '1'],
  ]);
  expect(rows.slice(3).map((row) => row[4])).toEqual(['0.00', '0.00']); // inference keeps no tensors
});

test('kernels.js rates every layer in all directions', () => {
  const lines = bench('kernels', '--steps', '1');
  const layers = lines.filter((line) => !line.startsWith(' '));
  expect(layers).toHaveLength(14);
  expect(layers[0]).toBe('Conv2D 1x1, 48x48x16 to 32');
  expect(lines.slice(1, 4)).toEqual([
    expect.stringMatching(/^ {2}forward convolution \d+\.\d GFLOP\/s$/),
    expect.stringMatching(/^ {2}backward convolution input gradient \d+\.\d GFLOP\/s$/),
    expect.stringMatching(/^ {2}backward convolution weight gradient \d+\.\d GFLOP\/s$/),
  ]);
  expect(lines.at(-1)).toMatch(/^ {2}backward normalization \d+\.\d\d ms$/);
});
