/** A training step of every architecture, 48x48x1: our engine's strict and fast code and the other engines beside PyTorch. */
import { formatTable } from '../bin/terminal/table.js';
import { quartiles } from '../src/bench/quartiles.js';
import { commandsOf, counted, type Contestant, type Contestants } from './contestants.js';
import { measureInTurn, withServers } from './stepServers.js';

export interface ArchitecturesOptions {
  readonly archs: readonly string[];
  readonly threads: number;
  /** 128 unless given, and 32 for the networks whose steps take seconds. */
  readonly batchSize: number | undefined;
  /** 5 unless given. */
  readonly rounds: number | undefined;
}

const large = ['vgg-13', 'resnet-18'];

/** Calls `onRow` with each network as it is done; returns the table. */
export async function benchArchitectures(
  contestants: Contestants,
  options: ArchitecturesOptions,
  onRow: (arch: string) => void,
): Promise<string> {
  const { archs, threads, rounds = 5 } = options;
  const peers = contestants.peers.filter(({ name }) => name === 'PyTorch');
  const ours = bestOfEach(contestants.ours);
  const names = [...peers, ...ours].map(({ name }) => name);
  const rows: string[][] = [];
  for (const arch of archs) {
    const batchSize = options.batchSize ?? (large.includes(arch) ? 32 : 128);
    const commands = commandsOf([...peers, ...ours], { arch, threads, batchSize });
    const times = await withServers(commands, (servers) => measureInTurn(servers, { action: 's', rounds }));
    const medians = names.map((name) => quartiles(times.get(name)!).median);
    const ratios = peers.length > 0 ? medians.slice(1).map((median) => (median / medians[0]!).toFixed(2)) : [];
    rows.push([arch, `${batchSize}`, ...medians.map((median) => median.toFixed(1)), ...ratios]);
    onRow(arch);
  }
  const over = peers.length > 0 ? ours.map(({ name }) => `${name}, of PyTorch`) : [];
  const title = `training step of each architecture, medians in ms, ${counted(threads)}`;
  return `${title}\n${formatTable([['network', 'batch', ...names, ...over], ...rows])}`;
}

/** The best strict code, the fast one where there is one, and every other engine. */
function bestOfEach(ours: readonly Contestant[]): Contestant[] {
  const strict = ours.filter(({ name }) => name.includes('strict'));
  const others = ours.filter((contestant) => !strict.includes(contestant));
  return [...strict.slice(-1), ...others];
}
