/** Kernels of TensorFlow.js and programs of ours on one device, and the tensors between them. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { asRunnerProgram, type Program } from './program.js';
import type { Command, Recorder } from './recording.js';

/** A tensor on the device: an identity, a shape and a type. Whoever makes one releases it. */
export type Tensor = TensorFlow.TensorInfo;

export interface Run {
  /** In the order of the program's inputs. */
  readonly inputs: readonly Tensor[];
  readonly threads: number;
  /** By name. */
  readonly uniforms?: Readonly<Record<string, number>>;
  /** A tensor to write into, or the shape of a new one. */
  readonly output: Tensor | readonly number[];
  readonly type?: 'float32' | 'int32';
}

export interface CopyOptions {
  readonly source: Tensor;
  readonly from?: number;
  readonly target: Tensor;
  readonly to?: number;
  readonly count: number;
}

export class Workbench {
  constructor(
    private readonly core: typeof TensorFlow,
    private readonly backend: WebGPUBackend,
    private readonly recorder: Recorder,
  ) {}

  /** Tensors that have been made and not released. */
  get tensors(): number {
    return this.backend.numDataIds();
  }

  /** Bytes of the device's memory that are taken, those that wait for their next use included. */
  get bytes(): number {
    return this.backend.memory().numBytesAllocatedInGPU;
  }

  /** A tensor of zeros that stays where it is until the device is closed. To be made before anything else. */
  fixed(shape: readonly number[], type: 'float32' | 'int32' = 'float32'): Tensor {
    const tensor = this.backend.makeTensorInfo([...shape], type);
    this.backend.uploadToGPU(tensor.dataId);
    return tensor;
  }

  bufferOf({ dataId }: Tensor): GPUBuffer {
    return this.backend.tensorMap.get(dataId).resource as GPUBuffer;
  }

  /** The result of one of TensorFlow.js' kernels. */
  kernel(name: string, inputs: Record<string, Tensor>, attributes: Record<string, unknown> = {}): Tensor {
    const kernel = this.core.getKernel(name, 'webgpu');
    const attrs = attributes as TensorFlow.NamedAttrMap;
    return kernel.kernelFunc({ inputs, attrs, backend: this.backend }) as Tensor;
  }

  /** The result of a program of ours. */
  run(program: Program, { inputs, threads, uniforms = {}, output, type = 'float32' }: Run): Tensor {
    const values = program.uniforms.map((name) => ({ type: 'int32', data: [uniforms[name]!] }));
    const target = 'dataId' in output ? output : this.backend.makeTensorInfo([...output], type);
    const result = flat(target);
    this.backend.runWebGPUProgram(asRunnerProgram(program, threads), inputs.map(flat), result.dtype, values, result);
    return target;
  }

  /** The same values in another shape; to be released too. */
  view(tensor: Tensor, shape: readonly number[]): Tensor {
    this.backend.incRef(tensor.dataId);
    return { ...tensor, shape: [...shape] };
  }

  /** Copies `count` elements of `source`, from its element `from` on, to the element `to` of `target`. */
  copy({ source, from = 0, target, to = 0, count }: CopyOptions): void {
    this.recorder.copy({
      source: this.bufferOf(source),
      sourceOffset: from * 4,
      target: this.bufferOf(target),
      targetOffset: to * 4,
      bytes: count * 4,
    });
  }

  release(...tensors: readonly Tensor[]): void {
    for (const { dataId } of tensors) this.backend.disposeData(dataId);
  }

  /** The commands of all that has run since the last call. */
  take(): readonly Command[] {
    this.backend.ensureCommandEncoderReady();
    this.backend.endComputePassEncoder();
    this.backend.submitQueue();
    return this.recorder.take();
  }
}

export function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function flat(tensor: Tensor): Tensor {
  return { ...tensor, shape: [sizeOf(tensor)] };
}
