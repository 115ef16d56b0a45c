/** Products in TensorFloat-32, which NVIDIA's GPUs from Ampere on make faster, of factors rounded to 10 bits. */
import type { Koffi } from './koffi.js';

/** `enable_tensor_float_32_execution(bool)` of TensorFlow 2.10 and later, and of those before. */
const names = ['_ZN3tsl32enable_tensor_float_32_executionEb', '_ZN10tensorflow32enable_tensor_float_32_executionEb'];

/** Allows or forbids them in this whole process, from the next run on; undefined where the library has no such function. */
export function tensorFloatSwitch(koffi: Koffi, framework: string): ((allowed: boolean) => void) | undefined {
  const library = koffi.load(framework);
  for (const name of names) {
    try {
      return library.func(`void ${name}(bool)`) as (allowed: boolean) => void;
    } catch {
      continue; // the other name, if any
    }
  }
  return undefined;
}
