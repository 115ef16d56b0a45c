/** The memories of networks: a closed network's is used again, because the engines free one only when they collect garbage. */
import { LayersWasmError } from '../errors.js';
import type { NetworkBuild } from '../types.js';

export interface MemorySize {
  /** 64 KiB each. */
  readonly pages: number;
  readonly shared: boolean;
  /** Of the network that it is for. */
  readonly build: Pick<NetworkBuild, 'threads' | 'memory'>;
}

/** 64 KiB pages that a 32-bit memory can have. */
const mostPages = 65536;

/** Nobody else refers to these, so that they go with the next collection if no network comes for them. */
const spares: WeakRef<WebAssembly.Memory>[] = [];

/** A memory of zeros. Throws MEMORY_EXCEEDED, with what it takes and what for, when there is not enough. */
export function takeMemory({ pages, shared, build }: MemorySize): WebAssembly.Memory {
  const need = `${((pages * 65536) / 2 ** 30).toFixed(1)} GiB`;
  const advice = adviceFor(build);
  if (pages > mostPages) {
    throw new LayersWasmError(
      'MEMORY_EXCEEDED',
      `This network needs ${need} of memory; WebAssembly has 4 GiB. ${advice}`,
    );
  }
  const spare = takeSpare({ pages, shared });
  if (spare) {
    new Uint8Array(spare.buffer).fill(0);
    return spare;
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (cause) {
    const message = `This network needs ${need} of memory, which could not be had. ${advice}`;
    throw new LayersWasmError('MEMORY_EXCEEDED', message, { cause });
  }
}

/** Gives back a memory that no thread touches any more. */
export function returnMemory(memory: WebAssembly.Memory): void {
  spares.push(new WeakRef(memory));
}

/** How to need less of what takes the most. */
function adviceFor({ threads, memory }: MemorySize['build']): string {
  const { batch, tensors, partialSums, weights, optimizer, scratch } = memory;
  const [byBatch, byWeights] = [batch + tensors + partialSums, weights + optimizer];
  if (byBatch >= Math.max(byWeights, scratch)) return 'Most of it is for the batch: try a smaller batchSize.';
  if (byWeights >= scratch) {
    return 'Most of it is for weights and what the optimizer keeps of them: a smaller model was expected, or inferenceOnly.';
  }
  const fewer = threads > 1 ? 'try fewer threads' : 'a model of smaller images or fewer channels was expected';
  return `Most of it is for what threads are at work on: ${fewer}.`;
}

function takeSpare({ pages, shared }: Omit<MemorySize, 'build'>): WebAssembly.Memory | undefined {
  for (let i = spares.length - 1; i >= 0; i--) {
    const memory = spares[i]!.deref();
    const fits = memory?.buffer.byteLength === pages * 65536 && isShared(memory) === shared;
    if (!memory || fits) spares.splice(i, 1);
    if (fits) return memory;
  }
  return undefined;
}

/** Without a shared buffer's global name, which some hosts hide. */
function isShared({ buffer }: WebAssembly.Memory): boolean {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
}
