/** mini-Xception, 48x48x1: a training step, inference of a batch and of one image, all contestants in lockstep. */
import { formatTable } from '../bin/terminal/table.js';
import { quartiles } from '../src/bench/quartiles.js';
import { commandsOf, counted, type Contestants } from './contestants.js';
import { measureInTurn, withServers, type Action } from './stepServers.js';

/** What is measured, and rounds that give a steady median. */
export const calls = {
  training: { title: 'training step of', action: 's', rounds: 15 },
  inference: { title: 'inference of', action: 'i', rounds: 30 },
  single: { title: 'inference of one image', action: '1', rounds: 60 },
} as const satisfies Record<string, { title: string; action: Action; rounds: number }>;

export type CallName = keyof typeof calls;

export interface MiniXceptionOptions {
  readonly names: readonly CallName[];
  readonly threads: number;
  /** 128 unless given. */
  readonly batchSize: number | undefined;
  readonly rounds: number | undefined;
}

/** Measures `names` with one start of all servers; a table each. */
export async function benchMiniXception(contestants: Contestants, options: MiniXceptionOptions): Promise<string[]> {
  const { names, threads, batchSize = 128 } = options;
  const { peers, ours } = contestants;
  const commands = commandsOf([...peers, ...ours], { arch: 'mini-xception', threads, batchSize });
  // Without peers the ratios are those to our own plainest code.
  const references = (peers.length > 0 ? peers : ours.slice(0, 1)).map(({ name }) => name);
  const tables: string[] = [];
  await withServers(commands, async (servers) => {
    for (const { title, action, rounds } of names.map((name) => calls[name])) {
      const times = await measureInTurn(servers, { action, rounds: options.rounds ?? rounds });
      const size = action === '1' ? '' : ` ${batchSize}`;
      tables.push(`mini-xception, ${title}${size}, ${counted(threads)}\n${table(times, references)}`);
    }
  });
  return tables;
}

function table(times: ReadonlyMap<string, readonly number[]>, references: readonly string[]): string {
  const median = (name: string): number => quartiles(times.get(name)!).median;
  const rows = [...times].map(([name, own]) => {
    const { lower, median: middle, upper } = quartiles(own);
    const ratios = references.map((reference) => middle / median(reference));
    return [name, ...[middle, lower, upper, ...ratios].map((value) => value.toFixed(2))];
  });
  const over = references.map((name) => `of ${name}`);
  return formatTable([['milliseconds', 'median', 'lower quartile', 'upper quartile', ...over], ...rows]);
}
