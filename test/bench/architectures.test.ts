/** The table of architectures, from servers that say round numbers. */
import { expect, test } from '@jest/globals';
import { benchArchitectures } from '../../bench/architectures.js';
import type { Contestant } from '../../bench/contestants.js';

/** Its steps take so many milliseconds, as it says. */
function contestant(name: string, milliseconds: number): Contestant {
  const server = `
console.log('ready');
process.stdin.on('data', (data) => String(data).includes('q') ? process.exit() : console.log(${milliseconds}));`;
  return { name, command: () => [process.execPath, '-e', server] };
}

test('the best strict code, the fast one and every other engine stand beside PyTorch', async () => {
  const peers = [contestant('PyTorch', 10), contestant('Keras', 20)];
  const ours = [
    contestant('fer, strict, 128-bit', 8),
    contestant('fer, strict, 256-bit', 5),
    contestant('fer, fast, 256-bit', 4),
    contestant('fer, tensorflow', 7),
  ];
  const done: string[] = [];
  const options = { archs: ['resnet-18'], threads: 2, batchSize: undefined, rounds: 1 };
  const table = await benchArchitectures({ peers, ours }, options, (arch) => done.push(arch));
  const [title, head, row] = table.split('\n').map((line) => line.split(/ {2,}/));
  const names = ['fer, strict, 256-bit', 'fer, fast, 256-bit', 'fer, tensorflow'];
  expect(title).toEqual(['training step of each architecture, medians in ms, 2 threads']);
  expect(head).toEqual(['network', 'batch', 'PyTorch', ...names, ...names.map((name) => `${name}, of PyTorch`)]);
  expect(row).toEqual(['resnet-18', '32', '10.0', '5.0', '4.0', '7.0', '0.50', '0.40', '0.70']);
  expect(done).toEqual(['resnet-18']);
});
