/** A network's memory as typed arrays: parts of it, and all of it at once. Addresses are those of its program. */
import { memoryBase } from '../assembler/memoryBase.js';

/**
 * All that a program reaches: element `i` lies at address `4 i`. Made once, because asking a memory for its buffer costs a rested caller more than
 * the copy of an image.
 */
export interface MemoryViews {
  readonly floats: Float32Array;
  readonly words: Int32Array;
}

/** Views of `memory`, which must not grow. */
export function viewsOf({ buffer }: WebAssembly.Memory): MemoryViews {
  return { floats: new Float32Array(buffer, memoryBase), words: new Int32Array(buffer, memoryBase) };
}

/** Typed views of a network's memory, which its owner may refuse. */
export class LinearMemory {
  constructor(private readonly owner: { readonly views: MemoryViews }) {}

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.buffer, memoryBase + address, length);
  }

  words(address: number, length: number): Int32Array {
    return new Int32Array(this.buffer, memoryBase + address, length);
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.buffer, memoryBase + address, length);
  }

  private get buffer(): ArrayBufferLike {
    return this.owner.views.words.buffer;
  }
}
