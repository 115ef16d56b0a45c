/** That a model is given images of the kind that it was compiled for: mistaken for each other they would train, and badly. */
import { LayersWasmError } from 'layers-wasm';
import type { Images } from './engine.js';

/** Throws LayersWasmError ARGUMENT_INVALID for bytes. */
export function demandScaledPixels(images: Images): asserts images is Float32Array {
  if (!(images instanceof Uint8Array)) return;
  throw mistaken('scaled pixels, a Float32Array, as the model was compiled without scaling; got a Uint8Array');
}

/** Throws LayersWasmError ARGUMENT_INVALID for anything but bytes. */
export function demandGreyLevels(images: Images): asserts images is Uint8Array {
  if (images instanceof Uint8Array) return;
  throw mistaken('grey levels, a Uint8Array, as the model was compiled with scaling; got a Float32Array');
}

function mistaken(expected: string): LayersWasmError {
  return new LayersWasmError('ARGUMENT_INVALID', `images must be ${expected}.`);
}
