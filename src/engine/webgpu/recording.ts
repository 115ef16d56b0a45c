/**
 * A GPU device that notes what it is told to run instead of running it, so that the same work can be run again and again: naming a step's
 * programs anew takes TensorFlow.js about 0.1 ms each, encoding the noted ones a few microseconds.
 */
import type { Pipeline, Pipelines } from './pipelines.js';

/** A program with all that it reads and writes. */
interface Dispatch {
  readonly kind: 'dispatch';
  readonly pipeline: Pipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

interface Copy {
  readonly kind: 'copy';
  readonly source: GPUBuffer;
  readonly sourceOffset: number;
  readonly target: GPUBuffer;
  readonly targetOffset: number;
  readonly bytes: number;
}

export type Command = Dispatch | Copy;

/** Encodes `commands` in their order. */
export function encode(encoder: GPUCommandEncoder, commands: readonly Command[]): void {
  let pass: GPUComputePassEncoder | undefined;
  for (const command of commands) {
    if (command.kind === 'dispatch') {
      pass ??= encoder.beginComputePass();
      pass.setPipeline(command.pipeline.compiled!);
      pass.setBindGroup(0, command.bindGroup);
      pass.dispatchWorkgroups(...command.workgroups);
    } else {
      pass?.end();
      pass = undefined;
      const { source, sourceOffset, target, targetOffset, bytes } = command;
      encoder.copyBufferToBuffer(source, sourceOffset, target, targetOffset, bytes);
    }
  }
  pass?.end();
}

/** What TensorFlow.js asks of a device. */
type Used = Pick<
  GPUDevice,
  | 'limits'
  | 'features'
  | 'queue'
  | 'createBuffer'
  | 'createBindGroup'
  | 'createShaderModule'
  | 'createComputePipeline'
  | 'createCommandEncoder'
>;

export class Recorder {
  /** The device to record with. */
  readonly device: GPUDevice;
  private commands: Command[] = [];
  /** What was last written into each buffer of uniforms. */
  private readonly written = new Map<GPUBuffer, Uint8Array<ArrayBuffer>>();
  /** Buffers of uniforms by what they hold, which never changes. */
  private readonly constants = new Map<string, GPUBuffer>();

  constructor(
    private readonly real: GPUDevice,
    private readonly pipelines: Pipelines,
  ) {
    const used: Used = {
      limits: real.limits,
      features: real.features,
      queue: this.queue(),
      createBuffer: (descriptor) => real.createBuffer(descriptor),
      createBindGroup: (descriptor) => this.bind(descriptor),
      createShaderModule: (descriptor) => this.pipelines.shader(descriptor) as unknown as GPUShaderModule,
      createComputePipeline: ({ compute }) => compute.module as unknown as GPUComputePipeline,
      createCommandEncoder: () => this.commandEncoder(),
    };
    this.device = used as GPUDevice;
  }

  /** Notes a copy of `bytes` from one buffer to another. */
  copy(copy: Omit<Copy, 'kind'>): void {
    this.commands.push({ kind: 'copy', ...copy });
  }

  /** The commands noted since the last call. */
  take(): readonly Command[] {
    const { commands } = this;
    this.commands = [];
    return commands;
  }

  /** Does `record`, and resolves when all programs that it names are compiled: one by one, or `sideBySide`. */
  async compiling(record: () => void, { sideBySide }: { readonly sideBySide: boolean }): Promise<void> {
    if (sideBySide) await this.pipelines.sideBySide(record);
    else record();
  }

  /** Destroys the buffers of uniforms. */
  dispose(): void {
    for (const buffer of this.constants.values()) buffer.destroy();
    this.constants.clear();
  }

  private queue(): GPUQueue {
    const queue: Pick<GPUQueue, 'submit' | 'writeBuffer'> = {
      submit: () => undefined,
      writeBuffer: (buffer: GPUBuffer, offset: number, data: ArrayBuffer, from = 0, size = data.byteLength) => {
        if (offset !== 0) throw new Error('A buffer of uniforms was expected to be written from its start.');
        this.written.set(buffer, new Uint8Array(data.slice(from, from + size)));
      },
    };
    return queue as GPUQueue;
  }

  /** TensorFlow.js writes its buffers of uniforms anew for other programs: each recorded program gets one of its own. */
  private bind(descriptor: GPUBindGroupDescriptor): GPUBindGroup {
    const entries = [...descriptor.entries].map((entry) => {
      const resource = entry.resource as GPUBufferBinding;
      const bytes = this.written.get(resource.buffer);
      return bytes ? { ...entry, resource: { buffer: this.constant(bytes) } } : entry;
    });
    const pipeline = descriptor.layout as unknown as Pipeline;
    return this.real.createBindGroup({ layout: this.pipelines.layoutOf(pipeline, entries.length), entries });
  }

  private constant(bytes: Uint8Array<ArrayBuffer>): GPUBuffer {
    const key = Buffer.from(bytes.buffer).toString('latin1');
    const known = this.constants.get(key);
    if (known) return known;
    const usage = GPUBufferUsage.UNIFORM;
    const buffer = this.real.createBuffer({ size: bytes.byteLength, usage, mappedAtCreation: true });
    new Uint8Array(buffer.getMappedRange()).set(bytes);
    buffer.unmap();
    this.constants.set(key, buffer);
    return buffer;
  }

  private commandEncoder(): GPUCommandEncoder {
    const encoder: Pick<GPUCommandEncoder, 'beginComputePass' | 'finish'> = {
      beginComputePass: () => this.passEncoder(),
      finish: () => ({}) as GPUCommandBuffer,
    };
    return encoder as GPUCommandEncoder;
  }

  private passEncoder(): GPUComputePassEncoder {
    let [pipeline, bindGroup]: [Pipeline?, GPUBindGroup?] = [];
    const pass = {
      setPipeline: (next: Pipeline) => void (pipeline = next),
      setBindGroup: (_index: number, next: GPUBindGroup) => void (bindGroup = next),
      dispatchWorkgroups: (x: number, y = 1, z = 1) => {
        this.commands.push({ kind: 'dispatch', pipeline: pipeline!, bindGroup: bindGroup!, workgroups: [x, y, z] });
      },
      end: () => undefined,
    };
    return pass as unknown as GPUComputePassEncoder;
  }
}
