/** Where a command's words go: results to stdout, remarks to stderr. Both options stand on every command. */
import type { Command } from 'commander';
import { fitTerminal } from './terminal/fitTerminal.js';

/** The options that every command has. */
export interface OutputOptions {
  /** Print the result as one JSON document. */
  readonly json?: boolean;
  /** Print no progress and no remarks. */
  readonly quiet?: boolean;
}

/** Adds `--json` and `--quiet`; `document` says what `--json` prints. */
export function addOutputOptions(command: Command, document = 'print the result as one JSON document'): Command {
  return command.option('--json', document).option('-q, --quiet', 'print no progress and no remarks');
}

/** Prints a result on stdout; an object becomes a JSON document on one line. */
export function printResult(result: string | object): void {
  console.log(typeof result === 'string' ? result : JSON.stringify(result));
}

/** Prints a remark on stderr, unless `--quiet`. */
export function printRemark(remark: string, options: OutputOptions): void {
  if (options.quiet !== true) console.error(fitTerminal(remark, process.stderr));
}
