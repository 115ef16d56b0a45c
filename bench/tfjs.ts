/** TensorFlow.js with each of its backends that is installed, beside our engine: mini-Xception, in milliseconds an image. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatTable } from '../bin/terminal/table.js';
import { quartiles } from '../src/bench/quartiles.js';
import type { Contestant } from './contestants.js';
import { measureInTurn, withServers, type Action, type Command } from './stepServers.js';

interface Rival {
  readonly name: string;
  readonly command: (batchSize: number) => Command;
  /** Images of a training step: what is bearable; undefined where kernels for training are missing. */
  readonly trainingBatch: number | undefined;
}

/** A folder with TensorFlow.js in its node_modules. */
const folder = process.env['TFJS'];

/** The backends at hand; remarks tell how to get the others. The one in JavaScript is among the packages that tests need. */
export function findTfjs(): { readonly found: readonly Rival[]; readonly remarks: readonly string[] } {
  const wasm = isInstalled('@tensorflow/tfjs-backend-wasm');
  const node = isInstalled('@tensorflow/tfjs-node');
  const how = (name: string): string => `is left out: run "npm install ${name}" in a folder, and set TFJS to its path.`;
  return {
    found: [
      rival('cpu', { name: 'TensorFlow.js, cpu', trainingBatch: 2 }),
      ...(wasm ? [rival('wasm', { name: 'TensorFlow.js, wasm', trainingBatch: undefined }, folder)] : []),
      ...(node ? [rival('node', { name: 'tfjs-node, all processors', trainingBatch: 128 }, folder)] : []),
    ],
    remarks: [
      ...(wasm ? [] : [`TensorFlow.js with wasm ${how('@tensorflow/tfjs @tensorflow/tfjs-backend-wasm')}`]),
      ...(node ? [] : [`tfjs-node ${how('@tensorflow/tfjs-node')}`]),
    ],
  };
}

/** Whether TFJS names a folder that has it. Nothing of it is loaded. */
function isInstalled(name: string): boolean {
  if (folder === undefined) return false;
  const paths = createRequire(join(folder, 'package.json')).resolve.paths(name) ?? [];
  return paths.some((path) => existsSync(join(path, name, 'package.json')));
}

function rival(backend: string, own: Omit<Rival, 'command'>, ...from: (string | undefined)[]): Rival {
  const script = fileURLToPath(new URL('tfjsServer.js', import.meta.url));
  const packages = from.filter((path) => path !== undefined);
  return { ...own, command: (batchSize) => [process.execPath, script, backend, `${batchSize}`, ...packages] };
}

/** A row for our engine with `threads` threads and for each rival; one after the other, because a step of some takes seconds. */
export async function benchTfjs(
  ours: Contestant,
  rivals: readonly Rival[],
  {
    threads,
    batchSize = 128,
    rounds = 3,
  }: { threads: number; batchSize?: number | undefined; rounds?: number | undefined },
): Promise<string> {
  const own = (size: number): Command => ours.command({ arch: 'mini-xception', threads, batchSize: size })!;
  const all = [{ name: ours.name, command: own, trainingBatch: batchSize }, ...rivals];
  const figures = [];
  for (const { name, command, trainingBatch } of all) {
    const size = trainingBatch === undefined ? undefined : Math.min(trainingBatch, batchSize);
    const training =
      size === undefined ? undefined : await perImage([name, command(size)], { action: 's', size, rounds });
    const inference = await perImage([name, command(batchSize)], { action: 'i', size: batchSize, rounds });
    figures.push({ name, size, training, inference });
  }
  const [{ training: ownTraining, inference: ownInference }] = figures as [(typeof figures)[0]];
  const ratio = (value: number | undefined, reference: number | undefined): string =>
    value === undefined || reference === undefined ? '-' : (value / reference).toFixed(1);
  const rows = figures.map(({ name, size, training, inference }) => [
    ...[name, size === undefined ? '-' : `${size}`, training?.toFixed(2) ?? '-', ratio(training, ownTraining)],
    ...[inference.toFixed(3), ratio(inference, ownInference)],
  ]);
  const head = ['milliseconds an image', 'batch', 'training step', 'of ours', `inference of ${batchSize}`, 'of ours'];
  return formatTable([head, ...rows]);
}

/** Median milliseconds an image, behind calls that are not counted. */
async function perImage(
  [name, command]: readonly [string, Command],
  { action, size, rounds }: { action: Action; size: number; rounds: number },
): Promise<number> {
  const times = await withServers(new Map([[name, command]]), (servers) => measureInTurn(servers, { action, rounds }));
  return quartiles(times.get(name)!).median / size;
}
