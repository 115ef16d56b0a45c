/** What a failure prints and which exit code it ends with. */
import { CommanderError } from 'commander';
import { FerError } from '../src/errors.js';
import { fitTerminal } from './terminal/fitTerminal.js';

/** The exit codes of `fer`; `fer --help` lists them. */
export const exitCodes = {
  success: 0,
  /** Something that the user can mend outside the command line: a file, a model, a full disk. */
  failure: 1,
  /** The command line or the config file asks for something that does not exist. */
  usage: 2,
  /** A bug in `fer` itself (EX_SOFTWARE of sysexits.h). */
  bug: 70,
  /** 128 + SIGINT: the run was saved first. */
  interrupted: 130,
} as const;

/** A run that stopped because the user asked for it; its work is saved and its message is already printed. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The work is done and its results are printed, but some inputs failed, each with its own message. */
export class PartialFailure extends Error {
  override readonly name = 'PartialFailure';
}

/** The exit code for `error`; help and version texts arrive as errors of commander with code 0. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  if (error instanceof FerError) return error.code === 'CONFIG_INVALID' ? exitCodes.usage : exitCodes.failure;
  if (error instanceof Interrupted) return exitCodes.interrupted;
  if (error instanceof PartialFailure) return exitCodes.failure;
  return exitCodes.bug;
}

/** Prints `error` on stderr: an error that the user can mend as one sentence, a bug with its stack. */
export function reportFailure(error: unknown): void {
  // Commander has printed its own message by now; the other two were reported where they arose.
  if (error instanceof CommanderError || error instanceof Interrupted || error instanceof PartialFailure) return;
  if (error instanceof FerError) {
    console.error(fitTerminal(`fer: ${error.message}`, process.stderr));
    return;
  }
  console.error('fer: this is a bug. Please report it with the lines below and the command that you ran.');
  console.error(error);
}
