/**
 * An open GPU, which the models of a process share: what one of them has compiled, the next one has at once. It is let go a while after
 * its last model has been closed.
 */
import { openDevice, type Adapter } from './adapters.js';
import type { Dawn } from './packages.js';
import { Pipelines } from './pipelines.js';

/** Milliseconds that a GPU stays open when no model is on it. */
const idleTime = 10_000;

export class SharedGpu {
  readonly pipelines: Pipelines;
  private failed: string | undefined;
  private models = 0;
  private idle: NodeJS.Timeout | undefined;

  private constructor(
    /** Dawn works as long as this is referred to. */
    readonly gpu: GPU,
    readonly device: GPUDevice,
    readonly info: GPUAdapterInfo,
  ) {
    this.pipelines = new Pipelines(device);
    device.addEventListener('uncapturederror', ({ error }) => (this.failed ??= error.message));
    void device.lost.then(({ message }) => (this.failed ??= `the GPU was lost: ${message}`));
  }

  /** Throws FerError ENGINE_UNAVAILABLE. */
  static async open(dawn: Dawn, adapter: Adapter): Promise<SharedGpu> {
    const { gpu, device, info } = await openDevice(dawn, adapter);
    return new SharedGpu(gpu, device, info);
  }

  /** What went wrong on it, the first of it; models that are compiled later get it opened anew. */
  get failure(): string | undefined {
    return this.failed;
  }

  /** To be called for every model on it, and `leave` when that is closed. */
  enter(): void {
    clearTimeout(this.idle);
    this.models++;
  }

  leave(): void {
    this.models--;
    if (this.models > 0) return;
    this.idle = setTimeout(() => {
      this.failed ??= 'the GPU was let go';
      this.device.destroy();
    }, idleTime).unref();
  }
}

/** By what they were opened with, and by name and backend of the adapter. */
const open = new WeakMap<Dawn, Map<string, Promise<SharedGpu>>>();

/** The open GPU of `adapter`, entered. Throws FerError ENGINE_UNAVAILABLE. */
export async function enterGpu(dawn: Dawn, adapter: Adapter): Promise<SharedGpu> {
  const gpus = open.get(dawn) ?? new Map<string, Promise<SharedGpu>>();
  open.set(dawn, gpus);
  const key = `${adapter.backend} ${adapter.name}`;
  const known = await gpus.get(key);
  if (known && known.failure === undefined) {
    known.enter();
    return known;
  }
  const opened = SharedGpu.open(dawn, adapter);
  gpus.set(key, opened);
  try {
    const gpu = await opened;
    gpu.enter();
    return gpu;
  } catch (error) {
    gpus.delete(key);
    throw error;
  }
}
