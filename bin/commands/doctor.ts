/** `fer doctor`: what this machine has, which engines run on it, and how fast. */
import { Argument, Command } from 'commander';
import { engineNames, type EngineName } from '../../src/engine/engineNames.js';
import { PartialFailure } from '../failure.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';

interface DoctorOptions extends OutputOptions {
  /** False for `--no-measure`. */
  readonly measure: boolean;
}

const notes = `
Every engine is looked at, and measured, in a process of its own: one whose
library crashes or hangs is reported like any other that cannot run. The exit
code is 1 when the engine that was asked about cannot run.

Examples:
  $ fer doctor
  $ fer doctor cuda
  $ fer doctor --no-measure --json | jq '.engines[].probe.problems'`;

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('Tell what this machine has, which engines run on it, what the others lack, and how fast they are.')
    .addArgument(new Argument('[engine]', 'the one engine to look at; all of them unless given').choices(engineNames))
    .option('--no-measure', 'do not run the engines that work, which takes some seconds each')
    .addHelpText('after', notes)
    .action(examine);
  return addOutputOptions(command);
}

async function examine(engine: EngineName | undefined, options: DoctorOptions): Promise<void> {
  const { diagnose } = await import('../../src/doctor/diagnose.js');
  const { formatDiagnosis } = await import('../results/doctorReport.js');
  const onMeasure = (name: EngineName): void => printRemark(`Measuring ${name}`, options);
  const diagnosis = await diagnose({ ...(engine && { engine }), measure: options.measure, onMeasure });
  printResult(options.json === true ? diagnosis : formatDiagnosis(diagnosis));
  if (engine !== undefined && !diagnosis.engines.every(({ probe }) => probe.available)) throw new PartialFailure();
}
