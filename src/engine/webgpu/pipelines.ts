/**
 * Compiled programs. A driver takes tens of milliseconds for one: those that are needed together can be compiled side by side. Dawn waits
 * for that with all of a processor's time, which the imitations of GPUs have better use for.
 */

/** A program that may still have to be compiled. To TensorFlow.js it is its shader, its pipeline and its layout in one. */
export class Pipeline {
  compiled: GPUComputePipeline | undefined;
  compiling: Promise<void> | undefined;
  layout: GPUBindGroupLayout | undefined;

  constructor(readonly code: string) {}

  /** What TensorFlow.js hands to `createBindGroup`, which knows by it whose it is. */
  getBindGroupLayout(): this {
    return this;
  }
}

export class Pipelines {
  /** By their code. */
  private readonly pipelines = new Map<string, Pipeline>();
  /** Of the arrays that programs are bound to, by how many they are. */
  private readonly layouts = new Map<number, GPUBindGroupLayout>();
  /** Programs that are being compiled side by side; undefined when each is waited for. */
  private pending: Promise<void>[] | undefined;

  constructor(private readonly device: GPUDevice) {}

  /** The program of `code`, the same for every model. */
  shader({ code }: { readonly code: string }): Pipeline {
    const pipeline = this.pipelines.get(code) ?? new Pipeline(code);
    this.pipelines.set(code, pipeline);
    return pipeline;
  }

  /** The layout of a program's `bindings`: its result, what it reads, its uniforms. The first call compiles it. */
  layoutOf(pipeline: Pipeline, bindings: number): GPUBindGroupLayout {
    if (!pipeline.layout) {
      pipeline.layout = this.layouts.get(bindings) ?? this.makeLayout(bindings);
    }
    if (!pipeline.compiled) this.compile(pipeline, pipeline.layout);
    return pipeline.layout;
  }

  /** Does `work`, then waits for all programs that it named. Rejects with the first that cannot be compiled. */
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
    const module = this.device.createShaderModule({ code: pipeline.code });
    const descriptor = { layout, compute: { module, entryPoint: '_start' } };
    if (!this.pending) {
      pipeline.compiled = this.device.createComputePipeline(descriptor);
      return;
    }
    pipeline.compiling ??= this.device.createComputePipelineAsync(descriptor).then((compiled) => {
      pipeline.compiled = compiled;
    });
    this.pending.push(pipeline.compiling);
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
