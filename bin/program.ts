/** The command tree of `fer`. Commands load their libraries when they run, so that `fer --help` and `fer predict` start at once. */
import { Command } from 'commander';
import { version } from '../src/version.js';
import { benchCommand } from './commands/bench.js';
import { completionCommand } from './commands/completion.js';
import { dataCommand } from './commands/data.js';
import { doctorCommand } from './commands/doctor.js';
import { engineCommand } from './commands/engine.js';
import { evalCommand } from './commands/eval.js';
import { exportCommand } from './commands/export.js';
import { predictCommand } from './commands/predict.js';
import { trainCommand } from './commands/train.js';

const description = `Trains, evaluates and runs facial-expression classifiers on FER-2013, from npm alone.

Results go to stdout, progress and remarks to stderr.
Exit codes: 0 done, 1 an input or a file needs mending, 2 wrong usage, 70 a bug in fer, 130 interrupted (Ctrl-C).`;

const examples = `
Examples:
  $ fer data synth faces.csv
  $ fer train --data fer2013.csv
  $ fer eval --data fer2013.csv --split Training,PublicTest
  $ fer predict face.png`;

/** Builds the whole command tree; nothing is parsed or printed yet. */
export function createProgram(): Command {
  const program = new Command('fer')
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', examples)
    .addCommand(dataCommand())
    .addCommand(trainCommand())
    .addCommand(evalCommand())
    .addCommand(predictCommand())
    .addCommand(exportCommand())
    .addCommand(engineCommand())
    .addCommand(doctorCommand())
    .addCommand(benchCommand())
    .addCommand(completionCommand())
    .helpCommand('help [command]', 'print the help of a command');
  applyHouseRules(program, 'fer');
  return program;
}

/** Errors are thrown to main.ts, start with `fer: ` and name the help to read; the help fits a terminal. */
function applyHouseRules(command: Command, path: string): void {
  command
    .exitOverride()
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError(`Run "${path} --help" for its usage.`)
    .configureOutput({
      getOutHelpWidth: helpWidth,
      getErrHelpWidth: helpWidth,
      outputError: (text, write) => write(text.replace(/^error: /, 'fer: ')),
    });
  for (const child of command.commands) applyHouseRules(child, `${path} ${child.name()}`);
}

/** As wide as the terminal, between 60 and 120 columns; 80 when the help goes to a file or a pipe. */
function helpWidth(): number {
  return process.stdout.isTTY ? Math.min(120, Math.max(60, process.stdout.columns)) : 80;
}
