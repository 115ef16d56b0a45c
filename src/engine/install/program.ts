/** Other programs (pip, npm), run without a terminal. */
import { spawn } from 'node:child_process';

/** A program and the words that always come first: ['python3'], ['/usr/bin/node', '.../npm-cli.js']. */
export type ProgramCommand = readonly [program: string, ...words: string[]];

export interface ProgramOutcome {
  /** Exit code; null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Characters kept of each stream: the end, where errors stand. */
const keptCharacters = 200_000;

/** Runs `command` with `words` more to its end; undefined when there is no such program. Throws the signal's reason when it is aborted. */
export async function runProgram(
  command: ProgramCommand,
  words: readonly string[],
  { environment, signal }: ProgramOptions,
): Promise<ProgramOutcome | undefined> {
  signal?.throwIfAborted();
  const [program, ...first] = command;
  const child = spawn(program, [...first, ...words], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] = (texts[name] + text).slice(-keptCharacters);
    });
  }
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    signal?.throwIfAborted();
    return { status, ...texts };
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
