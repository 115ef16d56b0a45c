/** A model's part of a GPU: what runs on it, what comes back from it, and how it fails. */
import { FerError } from '../../errors.js';
import type { Adapter } from './adapters.js';
import type { Dawn, TensorFlowPackages } from './packages.js';
import { encode, Recorder, type Command } from './recording.js';
import { enterGpu, type SharedGpu } from './sharedGpu.js';
import { Workbench } from './workbench.js';

export class Session {
  readonly bench: Workbench;
  private readonly recorder: Recorder;
  private readonly backend: InstanceType<TensorFlowPackages['backend']['WebGPUBackend']>;
  private closing: Promise<void> | undefined;
  /** Reads that are waited for. */
  private readonly reads = new Set<Promise<unknown>>();
  /** Buffers to read results from that nobody waits for, by size. */
  private readonly readBuffers = new Map<number, GPUBuffer[]>();

  private constructor(
    packages: TensorFlowPackages,
    private readonly adapter: Adapter,
    private readonly gpu: SharedGpu,
  ) {
    this.recorder = new Recorder(gpu.device, gpu.pipelines);
    this.backend = withNavigator(() => new packages.backend.WebGPUBackend(this.recorder.device, gpu.info));
    this.bench = new Workbench(packages.core, this.backend, this.recorder);
  }

  /** Throws FerError ENGINE_UNAVAILABLE. */
  static async open(dawn: Dawn, packages: TensorFlowPackages, adapter: Adapter): Promise<Session> {
    return new Session(packages, adapter, await enterGpu(dawn, adapter));
  }

  private get device(): GPUDevice {
    if (this.closing) throw new Error('A model was called that had been closed.');
    return this.gpu.device;
  }

  /** Writes `data` to the start of `buffer`, or `offset` bytes behind it, before whatever is submitted next. */
  write(buffer: GPUBuffer, data: Float32Array | Int32Array | Uint8Array, offset = 0): void {
    // Dawn takes no memory that threads share, as batches of the pipeline lie in.
    const own = data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
    this.device.queue.writeBuffer(buffer, offset, own.buffer, own.byteOffset, own.byteLength);
  }

  /** Runs `commands`. */
  submit(commands: readonly Command[]): void {
    const encoder = this.device.createCommandEncoder();
    encode(encoder, commands);
    this.device.queue.submit([encoder.finish()]);
  }

  /** Runs `commands` and then reads `bytes` from the start of `source`. Throws FerError ENGINE_UNAVAILABLE when the GPU fails. */
  async submitAndRead(commands: readonly Command[], source: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    const { device } = this;
    const free = this.readBuffers.get(bytes) ?? [];
    this.readBuffers.set(bytes, free);
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const target = free.pop() ?? device.createBuffer({ size: bytes, usage });
    const encoder = device.createCommandEncoder();
    encode(encoder, commands);
    encoder.copyBufferToBuffer(source, 0, target, 0, bytes);
    device.queue.submit([encoder.finish()]);
    const read = target.mapAsync(GPUMapMode.READ);
    this.reads.add(read);
    try {
      await read;
    } catch (error) {
      throw this.failed(error);
    } finally {
      this.reads.delete(read);
    }
    const data = target.getMappedRange().slice(0);
    target.unmap();
    free.push(target);
    if (this.gpu.failure !== undefined) throw this.failed();
    return data;
  }

  /** Does `work`, compiling its programs. Throws FerError ENGINE_UNAVAILABLE when the GPU has not the memory for it or cannot run a program of it. */
  async attempt(work: () => void): Promise<void> {
    const { device } = this;
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const compiled = this.recorder
      .compiling(work, { sideBySide: !this.adapter.software })
      .catch((error: unknown) => error);
    // All scopes are taken down before anything is waited for: other models have theirs on the same GPU.
    const errors = await Promise.all([device.popErrorScope(), device.popErrorScope(), compiled]);
    const error = errors.find((one) => one !== null && one !== undefined);
    if (error) throw this.failed(error);
  }

  /** Resolves when all that was submitted is done. */
  async idle(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
    if (this.gpu.failure !== undefined) throw this.failed();
  }

  /** Lets the GPU go, after what is still read. */
  close(): Promise<void> {
    this.closing ??= Promise.allSettled(this.reads).then(() => {
      this.backend.dispose();
      this.recorder.dispose();
      for (const buffer of [...this.readBuffers.values()].flat()) buffer.destroy();
      this.gpu.leave();
    });
    return this.closing;
  }

  private failed(error?: unknown): FerError {
    const reason = this.gpu.failure ?? (error instanceof Error || isGpuError(error) ? error.message : String(error));
    const remedy = /memory|buffer size|binding size/i.test(reason)
      ? 'try a smaller --batch-size'
      : `\`fer doctor\` shows what it can do`;
    const [line] = reason.split('\n');
    return new FerError('ENGINE_UNAVAILABLE', `The GPU "${this.adapter.name}" failed: ${line}; ${remedy}.`, {
      cause: error ?? new Error(reason),
    });
  }
}

function isGpuError(error: unknown): error is GPUError {
  return typeof error === 'object' && error !== null && 'message' in error;
}

/** TensorFlow.js wants to see `navigator.gpu` when its backend is made, and only then. */
function withNavigator<T>(make: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: {} }, configurable: true });
  try {
    return make();
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  }
}
