/** `fer bench`: what a training step and inference take on this machine, and where the time goes. */
import { Command } from 'commander';
import { benchDefaults, resolveBenchConfig, type BenchConfig } from '../../src/bench/config.js';
import { architectureNames } from '../../src/model/architectures.js';
import { engineFlag } from '../engineOption.js';
import { addFlags, parseNumber, readFlags, type FlagTable } from '../flagTable.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';

const measured = { group: 'What is measured' };
const machine = { group: 'Engine' };

const flags: FlagTable<BenchConfig> = {
  arch: { ...measured, flags: '--arch <name>', description: 'network to measure', choices: architectureNames },
  batchSize: {
    ...measured,
    flags: '-b, --batch-size <count>',
    description: 'images in a training step and in a batch to predict',
    parse: parseNumber,
  },
  steps: {
    ...measured,
    flags: '--steps <count>',
    description: 'repetitions, of which the median and the quartiles are told',
    parse: parseNumber,
  },
  profile: {
    ...measured,
    flags: '--profile',
    description: 'time and GFLOP/s of a training step by kind of work and by layer, with 1 thread',
  },
  engine: { ...machine, ...engineFlag },
  threads: {
    ...machine,
    flags: '-t, --threads <count>',
    description: 'threads; 0 = one per processor, 1 with --profile',
    parse: parseNumber,
  },
  fast: { ...machine, flags: '--fast', description: 'round once per multiplication and addition (relaxed SIMD)' },
  wide: { ...machine, flags: '--no-wide', description: "do not ask V8 for 256-bit vectors, an experiment of V8's" },
};

const notes = `
Weights and images are drawn from a fixed seed: no data is needed, and what is
learnt means nothing. The machine should have nothing else to do. Which code ran
stands in the first lines of the result.

--profile counts the operations of the plain layer, whatever the engine does to
get by with fewer; "again" is work that the backward pass repeats because that
costs less than keeping its result.

Examples:
  $ fer bench
  $ fer bench --profile --fast
  $ fer bench --engine cuda
  $ fer bench --arch resnet-18 --batch-size 32 --steps 5
  $ fer bench --threads 1 --json | jq .trainingStep.milliseconds.median`;

export function benchCommand(): Command {
  const command = new Command('bench')
    .description('Measure an engine on this machine: training steps, inference, memory, and time by layer.')
    .addHelpText('after', notes)
    .action(runBenchmark);
  addFlags(command, flags, benchDefaults);
  return addOutputOptions(command);
}

async function runBenchmark(options: OutputOptions, command: Command): Promise<void> {
  const config = resolveBenchConfig(readFlags(command, flags));
  const { benchmark, chooseMeasured } = await import('../../src/bench/benchmark.js');
  const chosen = await chooseMeasured(config);
  if (chosen.remark !== undefined) printRemark(chosen.remark, options);
  printRemark(`Measuring ${config.arch}: ${config.steps} training steps of ${config.batchSize} images`, options);
  const { formatBenchmark } = await import('../results/benchReport.js');
  const result = await benchmark(config, chosen);
  printResult(options.json === true ? result : formatBenchmark(result));
}
