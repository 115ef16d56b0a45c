/** pip, made to take wheels from one folder alone: nothing of these tests comes from a network. */
import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';

/** The version of the Python that `fer` would find, such as `3.11`; undefined without a Python that has pip. */
export const pythonVersion = ['python3', 'python']
  .map((name) => spawnSync(name, ['-m', 'pip', '--version'], { encoding: 'utf8' }).stdout)
  .map((text: string | null) => /\(python (\d+\.\d+)\)/.exec(text ?? '')?.[1])
  .find((version) => version !== undefined);

/** An environment in which pip knows no index but `wheels`, and engines live in `engines`. */
export function pipEnvironment(wheels: string, engines: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PYTHON: '', // that of a user who runs these tests
    PIP_CONFIG_FILE: devNull,
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: wheels,
    FER_ENGINES_DIR: engines,
  };
}
