/** Asks an engine in a process of its own: a native library that crashes or hangs there costs this one nothing but the time it is given. */
import { fork } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import type { EngineAnswers, EngineQuestion, EngineReply } from './engineServer.js';

export interface AskOptions {
  /** How long the answer may take. */
  readonly limitMs: number;
  /** The module that answers; the one for this version's engines unless a test has others. */
  readonly script?: URL;
}

/** The answer, or in a sentence or two why there is none; `late` when the time was up, be it slow or hanging. */
export type Asked<Ask extends keyof EngineAnswers> =
  { readonly answer: EngineAnswers[Ask] } | { readonly failure: string; readonly late: boolean };

/** Of what the process printed last, so much is told. */
const lastWords = 200;

/** Never throws. The process has ended when this resolves. */
export async function askEngine<Ask extends keyof EngineAnswers>(
  question: EngineQuestion & { readonly ask: Ask },
  { limitMs, script = new URL('./engineChild.js', import.meta.url) }: AskOptions,
): Promise<Asked<Ask>> {
  const child = fork(script, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let reply: EngineReply<Ask> | undefined;
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-8 * lastWords)));
  const limit = AbortSignal.timeout(limitMs);
  limit.onabort = () => child.kill('SIGKILL');
  child.once('message', (message) => {
    reply = message as EngineReply<Ask>;
    child.kill('SIGKILL'); // what the engine keeps alive, or does at its end, is nobody's affair any more
  });
  child.send(question, () => undefined); // one that ends before it hears of it is told below
  const end = await new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(`Its process could not be started: ${message}.`));
    child.once('close', (code, signal) =>
      resolve(signal === null ? `Its process ended with code ${code}.` : `Its process was ended by ${signal}.`),
    );
  });
  limit.onabort = null;
  if (reply !== undefined) return 'answer' in reply ? reply : { failure: reply.error, late: false };
  const late = limit.aborted;
  const what = late ? `It did not answer in ${limitMs / 1000} s.` : end;
  return { failure: [what, quote(said)].filter(Boolean).join(' '), late };
}

/** TensorFlow's greetings: `I0000 00:00:1795378759.947554 21674 port.cc:153] oneDNN custom operations are on.` */
const greeting = /^(I\d{4} |WARNING: All log messages before )/;

/** The last line that was printed and may tell why; libraries print much, and colour it. */
function quote(said: string): string {
  const lines = stripVTControlCharacters(said)
    .split('\n')
    .map((line) => line.replace(/\p{Cc}/gu, ' ').trim());
  const last = lines.findLast((line) => line !== '' && !greeting.test(line));
  return last === undefined ? '' : `It said: ${last.slice(-lastWords)}`;
}
