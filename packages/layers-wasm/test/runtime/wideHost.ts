/**
 * To be run by a Node that optimises all code at once, with `wide`, `narrow` or `named`, a number of threads and names of networks: tells,
 * as JSON on stderr, whether wide code is joined here, and what the networks' trainings come to in the code that was asked for.
 */
import { networks, tiledNetworks } from '../networks.js';
import { bitsOf } from '../bits.js';
import { dropoutNetwork } from '../networks/connections.js';
import { joinVectors } from '../../src/runtime/v8.js';
import { trainedNumbers } from '../trainedNumbers.js';

const [code, count, ...names] = process.argv.slice(2);
const threads = Number(count);
const wide = code !== 'narrow';
const profile = code === 'named'; // which keeps the kernels' names
const digests: Record<string, string> = {};
for (const network of [...networks, ...tiledNetworks, dropoutNetwork()]) {
  if (!names.includes(network.name)) continue;
  digests[network.name] = bitsOf([await trainedNumbers(network, { wide, threads, profile })]);
}
console.error(JSON.stringify({ joins: wide && (await joinVectors({ fused: false })), digests }));
