/**
 * Any step servers in turn, one call each per round: medians, and ratios to the first one. For two builds of the engine, say.
 * usage: node dist/bench/lockstep.js [--rounds 40] [--action s|i|1] NAME='COMMAND' NAME='COMMAND' ...
 */
import { parseArgs } from 'node:util';
import { formatTable } from '../bin/terminal/table.js';
import { quartiles } from '../src/bench/quartiles.js';
import { measureInTurn, withServers, type Action } from './stepServers.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '40' }, action: { type: 'string', default: 's' } },
});
const commands = new Map(
  positionals.map((server): [string, string] => {
    const [, name, command] = /^([^=]+)=(.+)$/s.exec(server) ?? [];
    if (name !== undefined && command !== undefined) return [name, command];
    throw new Error(`Expected NAME='COMMAND', got ${server}.`);
  }),
);
if (commands.size === 0) throw new Error("Expected at least one NAME='COMMAND'.");
const times = await withServers(commands, (servers) =>
  measureInTurn(servers, { action: values.action as Action, rounds: Number(values.rounds) }),
);
const [reference] = times.values();
const rows = [...times].map(([name, own]) => {
  const { lower, median, upper } = quartiles(own);
  const ratio = median / quartiles(reference!).median;
  const paired = quartiles(own.map((time, round) => time / reference![round]!)).median;
  return [name, ...[median, lower, upper, ratio, paired].map((value) => value.toFixed(2))];
});
const head = ['ms', 'median', 'lower quartile', 'upper quartile', 'ratio of medians', 'median of ratios'];
console.log(formatTable([head, ...rows]));
