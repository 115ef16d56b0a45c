/** Where a program's addresses begin in its memory. */
import { unsigned } from './encoding.js';

/**
 * Address 0 of every program lies so many bytes behind the start of its memory: a cache line. Loads and stores carry it in their offset,
 * which thus is never 0. V8 12.4 joins neighbouring vectors by their offsets, and takes one without an offset for no neighbour where
 * threads share the memory: of most pointers the first two.
 */
export const memoryBase = 64;

/** What follows the opcode of a load or store at `address + offset`: log2 of the alignment hint, and the offset in memory. */
export function memoryArgument(align: number, offset: number): number[] {
  return [align, ...unsigned(offset + memoryBase)];
}
