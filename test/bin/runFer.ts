/** Runs the built command line in a process of its own, as a user does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The checkout's folder; compiled tests run from dist/test/bin. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** What the command is put behind, such as `taskset -c 0`. */
  readonly behind?: readonly string[];
  /** Closes stderr at once, as a reader does that goes. */
  readonly closeStderr?: boolean;
  /** Ends the process when it takes longer: its status is null then. */
  readonly timeoutMs?: number;
  /** Called with the process and what it has printed on stdout so far, each time it prints more. */
  readonly onOutput?: (child: ChildProcess, stdout: string) => void;
}

/** Runs `fer` with `words` in `cwd`; its data cache is in `cwd` too. */
export function runFer(
  words: readonly string[],
  { cwd, behind = [], closeStderr = false, timeoutMs, onOutput }: RunOptions,
): Promise<Outcome> {
  const env = { ...process.env, FER_CACHE_DIR: `${cwd}/cache` };
  const [program, ...rest] = [...behind, process.execPath, `${root}/bin/fer.js`, ...words];
  const child = spawn(program!, rest, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL', // a process that hangs in the system heeds no other
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(child, stdout);
  });
  if (closeStderr) child.stderr.destroy();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
