/**
 * `npm run bench`: our engine and its peers in lockstep: mini-Xception, 48x48x1, with 1 and 2 threads, a step of each architecture,
 * a whole epoch, and TensorFlow.js. bench/README.md tells the options.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { architectureNames } from '../src/model/architectures.js';
import { benchArchitectures } from './architectures.js';
import { counted, type Contestant, type Contestants } from './contestants.js';
import { benchMiniXception, calls, type CallName } from './miniXception.js';
import { findOtherEngines } from './otherEngines.js';
import { findPeers } from './peers.js';
import { benchTfjs, findTfjs } from './tfjs.js';
import { findVariants } from './variants.js';

const usage = `usage: npm run bench -- [--only NAMES] [--threads NUMBERS] [--arch NAMES] [--batch N] [--rounds N] [--data CSV]
bench/README.md tells what they mean; without any, everything is measured, in about five minutes.`;
const text = { type: 'string' } as const;
const options = { only: text, arch: text, threads: text, batch: text, rounds: text, data: text };
const values = readOptions();
const callNames = Object.keys(calls) as CallName[];
const sections = chosen('only', [...callNames, 'architectures', 'epoch', 'tfjs']);
const archs = chosen('arch', architectureNames);
const threadCounts = values.threads?.split(',').map((count) => whole('threads', count)) ?? [1, 2];
const batchSize = values.batch === undefined ? undefined : whole('batch', values.batch);
const rounds = values.rounds === undefined ? undefined : whole('rounds', values.rounds);

function readOptions() {
  try {
    const { help, ...given } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } }).values;
    if (help !== true) return given;
    console.log(usage);
    return process.exit(0);
  } catch (error) {
    return refuse(`${(error as Error).message}\n${usage}`);
  }
}

/** The names of a list with commas; all of them when the option is not given. */
function chosen<Name extends string>(option: 'only' | 'arch', known: readonly Name[]): Name[] {
  const names = values[option]?.split(',') ?? known;
  const unknown = names.find((name) => !known.some((other) => other === name));
  if (unknown === undefined) return known.filter((name) => names.includes(name));
  return refuse(`--${option}: expected one or more of ${known.join(', ')}; got ${unknown}.`);
}

function whole(option: string, given: string): number {
  if (/^[1-9]\d*$/.test(given)) return Number(given);
  return refuse(`--${option}: expected a whole number of at least 1; got ${given}.`);
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

const peers = findPeers();
const others = await findOtherEngines();
const host = `${process.platform} ${process.arch}, ${availableParallelism()} processors: ${cpus()[0]?.model.trim()}`;
console.log([`Node ${process.versions.node} (V8 ${process.versions.v8}) on ${host}`, ...peers.remarks].join('\n'));

/** Everybody who runs here on so many threads; tells who does not. */
async function gather(threads: number): Promise<Contestants> {
  const { found, remarks } = await findVariants(threads);
  if (remarks.length > 0) console.log(`\n${remarks.join('\n')}`);
  return { peers: peers.found, ours: [...found, ...others] };
}

const names = callNames.filter((name) => sections.includes(name));
for (const threads of names.length > 0 ? threadCounts : []) {
  const tables = await benchMiniXception(await gather(threads), { names, threads, batchSize, rounds });
  for (const table of tables) console.log(`\n${table}`);
}
const threads = Math.max(...threadCounts);
if (sections.includes('architectures')) {
  const onRow = (arch: string): void => console.error(`measured ${arch}`);
  const table = await benchArchitectures(await gather(threads), { archs, threads, batchSize, rounds }, onRow);
  console.log(`\n${table}`);
}
if (sections.includes('epoch')) {
  console.log(`\nmini-xception, whole epochs, ${counted(threads)}`);
  const script = fileURLToPath(new URL('epoch.js', import.meta.url));
  const data = values.data === undefined ? [] : ['--data', values.data];
  const { status } = spawnSync(process.execPath, [script, '--threads', `${threads}`, ...data], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
if (sections.includes('tfjs')) {
  const { found, remarks } = findTfjs();
  const [plain] = (await findVariants(threads)).found as [Contestant];
  console.log(['\nmini-xception beside TensorFlow.js', ...remarks].join('\n'));
  console.log(`\n${await benchTfjs(plain, found, { threads, batchSize, rounds })}`);
}
