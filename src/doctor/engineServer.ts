/** The side of an engine's own process: answers one question and waits to be ended. */
import { measureEngine, type EngineMeasurement } from '../bench/measureEngine.js';
import type { EngineEntries } from '../engine/chooseEngine.js';
import type { EngineName } from '../engine/engineNames.js';
import type { EngineProbe } from '../engine/engineProbe.js';

/** What can be asked, and what is answered. */
export interface EngineAnswers {
  readonly probe: EngineProbe;
  readonly measure: EngineMeasurement;
}

export interface EngineQuestion {
  readonly engine: EngineName;
  readonly ask: keyof EngineAnswers;
}

export type EngineReply<Ask extends keyof EngineAnswers> =
  | { readonly answer: EngineAnswers[Ask] }
  /** The message of the error that came instead. */
  | { readonly error: string };

/** Answers the first question that the parent process sends, of these engines. */
export function answerQuestion(entries: EngineEntries): void {
  process.once('message', (question: EngineQuestion) => {
    const reply = answerOf(question, entries).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    void reply.then((message) => process.send?.(message));
  });
}

async function answerOf(
  { engine, ask }: EngineQuestion,
  entries: EngineEntries,
): Promise<EngineProbe | EngineMeasurement> {
  const entry = entries[engine];
  return ask === 'probe' ? entry.probe() : measureEngine(await entry.load());
}
