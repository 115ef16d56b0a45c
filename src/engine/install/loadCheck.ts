/** Whether an engine that was just unpacked can be loaded on this machine, found out without risk for this process. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installError } from './installation.js';
import type { LoadAnswer, LoadQuestion } from './loadCheckProcess.js';

const program = fileURLToPath(new URL('./loadCheckProcess.js', import.meta.url));

/** TensorFlow needs about a second; a cold disk more. */
const patienceMs = 120_000;

/** Loads it in another process. Throws ENGINE_INSTALL_FAILED with the reason when that fails or crashes. */
export async function checkLoads(question: LoadQuestion, signal?: AbortSignal): Promise<LoadAnswer> {
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2000)));
  const kill = (): void => void child.kill('SIGKILL'); // it has nothing to save, and libraries may crash when they end
  const timer = setTimeout(kill, patienceMs);
  signal?.addEventListener('abort', kill);
  try {
    const answer = await new Promise<LoadAnswer | string>((resolve, reject) => {
      child.on('message', (message) => resolve(message as LoadAnswer));
      child.on('error', reject);
      child.on('close', (code, by) => resolve(by === null ? `it ended with code ${code}` : `it was ended by ${by}`));
      child.send(question);
    });
    signal?.throwIfAborted();
    if (typeof answer === 'string') throw crashed(answer, stderr);
    if (answer.failure !== undefined) throw failed(answer.failure);
    return answer;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

function crashed(how: string, stderr: string): Error {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const said = lines.length > 0 ? `; its last words: ${lines.at(-1)}` : '';
  return installError(
    `The engine was unpacked, but the process that loaded it did not live: ${how}${said}.`,
    'An old processor without AVX cannot run it; use --engine wasm there.',
  );
}

function failed(reason: string): Error {
  return installError(
    `The engine was unpacked, but cannot be loaded: ${reason.replace(/\.$/, '')}.`,
    'If a library of the system is missing, install it; else report this with the line above.',
  );
}
