/** Finds a Python with pip. Python only carries files: nothing of it runs when a model trains. */
import { installError } from './installation.js';
import { runProgram, type ProgramCommand, type ProgramOptions } from './program.js';

export interface Python {
  /** Runs its pip: ['python3', '-m', 'pip']. */
  readonly pip: ProgramCommand;
  /** `3.11`. */
  readonly version: string;
}

/**
 * The Python that `PYTHON` names, else the first with pip of `python3` and `python`. Throws ENGINE_INSTALL_FAILED when there is none;
 * one that was named is never passed over.
 */
export async function findPython(options: ProgramOptions): Promise<Python> {
  const named = options.environment['PYTHON'];
  const withoutPip: string[] = [];
  for (const name of named ? [named] : ['python3', 'python']) {
    const pip: ProgramCommand = [name, '-m', 'pip'];
    const outcome = await runProgram(pip, ['--version'], options);
    const version = /\(python (\d+\.\d+)\)/.exec(outcome?.stdout ?? '')?.[1];
    if (version !== undefined) return { pip, version };
    if (outcome !== undefined) withoutPip.push(name);
  }
  if (withoutPip.length > 0) throw noPip(withoutPip[0]!);
  throw installError(
    named ? `PYTHON is ${named}, which is no program.` : 'No Python was found (python3, python).',
    `Python's pip downloads TensorFlow. Install it (${pythonRemedy}), or set PYTHON to one that is not in PATH.`,
  );
}

const pythonRemedy =
  'Debian and Ubuntu: apt install python3-pip; Fedora: dnf install python3-pip; macOS: brew install python';

function noPip(name: string): Error {
  return installError(
    `${name} has no pip, which downloads TensorFlow.`,
    `Install it: ${pythonRemedy}; or ${name} -m ensurepip`,
  );
}
