/**
 * To be run by a Node that optimises all code at once, with `wide` or `narrow`, a number of threads and names of networks: prints,
 * as JSON, whether wide code is joined here, and what the networks' trainings come to in the code that was asked for.
 */
import { createHash } from 'node:crypto';
import { engineNetworks, narrowMiniXception, tiledNetworks } from '../networks.js';
import { dropoutNetwork } from '../networks/connections.js';
import { joinVectors } from '../../src/runtime/v8.js';
import { trainedNumbers } from '../trainedNumbers.js';

const [code, count, ...names] = process.argv.slice(2);
const threads = Number(count);
const wide = code === 'wide';
const hashes: string[] = [];
for (const network of [...engineNetworks, ...tiledNetworks, narrowMiniXception, dropoutNetwork()]) {
  if (!names.includes(network.name)) continue;
  const numbers = await trainedNumbers(network, { wide, threads });
  hashes.push(`${network.name} ${createHash('sha256').update(new Uint8Array(numbers.buffer)).digest('hex')}`);
}
console.log(JSON.stringify({ joins: wide && (await joinVectors({ shared: threads > 1, fused: false })), hashes }));
