/** What this package throws when a model cannot run or a call does not fit. */

export type LayersWasmErrorCode =
  | 'MODEL_INVALID'
  | 'MODEL_UNSUPPORTED'
  | 'WEIGHTS_INVALID'
  | 'ARGUMENT_INVALID'
  | 'MEMORY_EXCEEDED'
  | 'CLOSED'
  | 'THREAD_FAILED'
  | 'THREADS_UNAVAILABLE'
  | 'SIMD_UNAVAILABLE';

/** Carries a stable code; the message names the layer or argument, what was expected and what came. */
export class LayersWasmError extends Error {
  override readonly name = 'LayersWasmError';

  constructor(
    readonly code: LayersWasmErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** A layer that this engine has no kernel for. */
export function unsupported(layer: { class_name: string; name: string }, reason: string): LayersWasmError {
  return new LayersWasmError(
    'MODEL_UNSUPPORTED',
    `Layer "${layer.name}" (${layer.class_name}) cannot run here: ${reason}.`,
  );
}

/** An option or an argument that does not fit. */
export function argumentInvalid(message: string): LayersWasmError {
  return new LayersWasmError('ARGUMENT_INVALID', message);
}
