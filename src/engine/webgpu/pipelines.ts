/**
 * Compiled programs. A driver takes tens of milliseconds for one: those that are needed together can be compiled side by side. Dawn waits
 * for that with all of a processor's time, which the imitations of GPUs have better use for.
 */

/** A program that may still have to be compiled. */
export class Pipeline {
  compiled: GPUComputePipeline | undefined;
  layout: GPUBindGroupLayout | undefined;

  constructor(readonly descriptor: GPUComputePipelineDescriptor) {}

  /** What TensorFlow.js hands to `createBindGroup`, which knows by it whose it is. */
  getBindGroupLayout(): this {
    return this;
  }
}

export class Pipelines {
  /** Of the arrays that programs are bound to, by how many they are. */
  private readonly layouts = new Map<number, GPUBindGroupLayout>();
  /** Programs that are being compiled; undefined while each is waited for. */
  private pending: Promise<void>[] | undefined;

  constructor(private readonly device: GPUDevice) {}

  add(descriptor: GPUComputePipelineDescriptor): Pipeline {
    return new Pipeline(descriptor);
  }

  /** The layout of a program's `bindings`: its result, what it reads, its uniforms. The first call compiles it. */
  layoutOf(pipeline: Pipeline, bindings: number): GPUBindGroupLayout {
    if (!pipeline.layout) {
      pipeline.layout = this.layouts.get(bindings) ?? this.makeLayout(bindings);
      this.compile(pipeline, pipeline.layout);
    }
    return pipeline.layout;
  }

  /** Does `work`, then waits for all programs that it made. Rejects with the first that cannot be compiled. */
  async sideBySide(work: () => void): Promise<void> {
    const pending: Promise<void>[] = [];
    this.pending = pending;
    try {
      work();
    } finally {
      this.pending = undefined;
    }
    await Promise.all(pending);
  }

  private compile(pipeline: Pipeline, bindGroupLayout: GPUBindGroupLayout): void {
    const layout = this.device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] });
    const descriptor = { ...pipeline.descriptor, layout };
    if (!this.pending) {
      pipeline.compiled = this.device.createComputePipeline(descriptor);
      return;
    }
    const compiled = this.device.createComputePipelineAsync(descriptor);
    this.pending.push(compiled.then((result) => void (pipeline.compiled = result)));
  }

  private makeLayout(bindings: number): GPUBindGroupLayout {
    const typeOf = (binding: number): GPUBufferBindingType =>
      binding === 0 ? 'storage' : binding === bindings - 1 ? 'uniform' : 'read-only-storage';
    const entries = Array.from({ length: bindings }, (_, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: typeOf(binding) },
    }));
    const layout = this.device.createBindGroupLayout({ entries });
    this.layouts.set(bindings, layout);
    return layout;
  }
}
