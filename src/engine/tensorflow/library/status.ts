/** What TensorFlow reports of a call, as errors. */
import { FerError } from '../../../errors.js';
import type { Address, TensorflowFunctions } from './functions.js';

/** Runs `call` with a new status; throws FerError ENGINE_UNAVAILABLE that says what TensorFlow said when it failed at `doing`. */
export function checked<T>(functions: TensorflowFunctions, doing: string, call: (status: Address) => T): T {
  const status = functions.newStatus();
  try {
    const result = call(status);
    demandOk(functions, doing, status);
    return result;
  } finally {
    functions.deleteStatus(status);
  }
}

/** Throws as `checked` does unless `status` is that of a success. */
export function demandOk(functions: TensorflowFunctions, doing: string, status: Address): void {
  const code = functions.getCode(status);
  if (code === 0) return;
  const said = shortened(functions.message(status));
  const remedy = code === resourceExhausted ? ' Choose a smaller batch size, or free the memory.' : '';
  throw new FerError('ENGINE_UNAVAILABLE', `TensorFlow failed while it was ${doing}: ${said}${remedy}`);
}

/** TF_RESOURCE_EXHAUSTED: memory. */
const resourceExhausted = 8;

/** The first line, without the list of nodes behind it, and no longer than a paragraph. */
function shortened(message: string): string {
  const line = message.split('\n')[0]!.trim();
  return line.length > 300 ? `${line.slice(0, 297)}...` : line;
}
