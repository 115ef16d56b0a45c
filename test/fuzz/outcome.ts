/** What becomes of one damaged model: an answer, one error, or a fault of ours. */
import { wasmEngine } from '../../src/engine/wasm.js';
import { FerError } from '../../src/errors.js';
import { inputSize, modelInput } from '../../src/eval/modelInput.js';
import { requireFinite } from '../../src/eval/probabilities.js';
import type { CardAssumptions } from '../../src/model/formats/completeCard.js';
import type { ModelFile } from '../../src/model/modelFile.js';

/** Where a case ended. */
export type Outcome =
  /** The model was read and gave probabilities that are numbers. */
  | { readonly kind: 'answered' }
  /** One FerError with a message of one line. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** Anything else: what went wrong. */
  | { readonly kind: 'failed'; readonly problem: string };

/** A damaged model on disk. */
export interface Opening {
  readonly path: string;
  readonly assumptions: CardAssumptions;
}

/** Reads a model: `readModel`, or the same without its thread. */
export type Opener = (path: string, assumptions: CardAssumptions) => Promise<{ readonly model: ModelFile }>;

/** Opens a model as `fer predict` does and lets it answer to one grey picture. */
export async function outcomeOf({ path, assumptions }: Opening, open: Opener): Promise<Outcome> {
  try {
    const { model } = await open(path, assumptions);
    await answer(model);
    return isPolluted() ? { kind: 'failed', problem: 'every object has a field from the file' } : { kind: 'answered' };
  } catch (error) {
    return isPolluted() ? { kind: 'failed', problem: 'every object has a field from the file' } : refusal(error);
  }
}

async function answer({ config, weights, card }: ModelFile): Promise<void> {
  const size = inputSize(card);
  const options = { batchSize: 1, threads: 1, seed: 0, inferenceOnly: true };
  const compiled = await wasmEngine.compile(config, weights, options);
  try {
    const picture = new Uint8Array(size.height * size.width).fill(200);
    requireFinite(await compiled.predict(modelInput(picture, size, card), 1), card);
  } finally {
    await compiled.close();
  }
}

function isPolluted(): boolean {
  return Object.keys(Object.prototype).length > 0 || Object.keys(Array.prototype).length > 0;
}

/** The longest message: a terminal should not scroll for one error. */
const longestMessage = 1000;

function refusal(error: unknown): Outcome {
  if (!(error instanceof FerError)) {
    return { kind: 'failed', problem: `an error of ours: ${error instanceof Error ? error.stack : String(error)}` };
  }
  const { code, message } = error;
  const masked = /reading it failed with|Cannot read properties|is not a function|is not iterable/.exec(message)?.[0];
  if (masked !== undefined) return { kind: 'failed', problem: `an error of ours in another's words: ${message}` };
  if (/\p{Cc}/u.test(message)) return { kind: 'failed', problem: `control characters in ${JSON.stringify(message)}` };
  if (message.length > longestMessage) {
    return { kind: 'failed', problem: `a message of ${message.length} characters: ${message.slice(0, 200)}` };
  }
  return { kind: 'refused', code, message };
}
