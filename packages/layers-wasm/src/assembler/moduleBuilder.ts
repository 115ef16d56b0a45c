/** Collects functions and encodes them as a WebAssembly module that imports a memory, `env.memory`, and functions if it wants any. */
import { name, section, unsigned, vector } from './encoding.js';
import { f32x4, type V128, type ValueType } from './expression.js';
import { FunctionBuilder, valueTypeCode, type FunctionReference, type FunctionType } from './functionBuilder.js';

const memoryPages = { shared: 0x03, unshared: 0x01 };

export interface ModuleBuilderOptions {
  /** Names of functions `env.name(i32)` that come from outside. */
  readonly imports?: readonly string[];
  /** Multiply and add with one rounding where the machine can (relaxed SIMD). */
  readonly fused?: boolean;
  /** Keep neighbouring vectors together, so that the host can join them. */
  readonly wide?: boolean;
}

export class ModuleBuilder {
  private readonly functions: FunctionBuilder[] = [];
  private readonly exported: FunctionBuilder[] = [];
  private readonly kernels = new Map<string, FunctionBuilder>();

  constructor(private readonly options: ModuleBuilderOptions = {}) {}

  /** How many vectors take one register of the machine: 2 where the host joins neighbours into 256 bits. */
  get vectorsPerRegister(): 1 | 2 {
    return this.options.wide ? 2 : 1;
  }

  /** 0, 1, ...: the vectors of `channels` that are best treated together, as far as the channels divide so. */
  vectorsTogether(channels: number): number[] {
    const together = channels % (4 * this.vectorsPerRegister) === 0 ? this.vectorsPerRegister : 1;
    return Array.from({ length: together }, (_, lane) => lane);
  }

  private get imports(): readonly string[] {
    return this.options.imports ?? [];
  }

  /** An imported function. */
  imported(functionName: string): FunctionReference {
    return { index: this.imports.indexOf(functionName) };
  }

  /** `a * b + c`, rounded after each operation, so that every machine gives the same bits; if fused, only once. */
  multiplyAdd(a: V128, b: V128, c: V128): V128 {
    return this.options.fused ? f32x4.relaxedMultiplyAdd(a, b, c) : f32x4.add(f32x4.multiply(a, b), c);
  }

  /** A new function; its name must be unique only if it is exported. */
  function(
    functionName: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[] = [],
  ): FunctionBuilder {
    const index = this.imports.length + this.functions.length;
    const builder = new FunctionBuilder(index, functionName, { parameters, results });
    this.functions.push(builder);
    return builder;
  }

  /** The function named `key`, built by `build` the first time that it is asked for. */
  shared(key: string, type: FunctionType, build: (builder: FunctionBuilder) => void): FunctionBuilder {
    const known = this.kernels.get(key);
    if (known) return known;
    const builder = this.function(key, type.parameters, type.results);
    this.kernels.set(key, builder);
    build(builder);
    return builder;
  }

  /** A kernel of `parameters` i32 arguments: layers of equal shape share one. */
  kernel(key: string, parameters: number, build: (kernel: FunctionBuilder) => void): FunctionBuilder {
    return this.shared(key, { parameters: new Array<ValueType>(parameters).fill('i32'), results: [] }, build);
  }

  export(builder: FunctionBuilder): void {
    this.exported.push(builder);
  }

  /**
   * The module's bytes. `pages` are 64 KiB each; a shared memory needs the same limit on both sides. `names` says each
   * function's for profilers. Without `simd` every vector becomes four lanes of 32 bits.
   */
  encode(memory: { pages: number; shared: boolean; simd: boolean; names?: boolean }): Uint8Array<ArrayBuffer> {
    const types: number[][] = [];
    const typeKeys = new Map<string, number>();
    const typeOf = ({ parameters, results }: FunctionType): number => {
      const key = `${parameters.join()}>${results.join()}`;
      const known = typeKeys.get(key);
      if (known !== undefined) return known;
      const encode = (list: readonly ValueType[]): number[] => vector(list.map((type) => [valueTypeCode(type)]));
      types.push([0x60, ...encode(parameters), ...encode(results)]);
      typeKeys.set(key, types.length - 1);
      return types.length - 1;
    };
    const declared = this.functions.map(({ type }) => unsigned(typeOf(type)));
    const limits = [
      memory.shared ? memoryPages.shared : memoryPages.unshared,
      ...unsigned(memory.pages),
      ...unsigned(memory.pages),
    ];
    const importedType: FunctionType = { parameters: ['i32'], results: [] };
    const imports = [
      [...name('env'), ...name('memory'), 0x02, ...limits],
      ...this.imports.map((one) => [...name('env'), ...name(one), 0x00, ...unsigned(typeOf(importedType))]),
    ];
    const bytes = [
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector(types)),
      ...section(2, vector(imports)),
      ...section(3, vector(declared)),
      ...section(7, vector(this.exported.map((builder) => [...name(builder.name), 0x00, ...unsigned(builder.index)]))),
    ];
    const bodies = this.functions.map((builder) => builder.encode(memory));
    const size = bodies.reduce((sum, body) => sum + body.length, 0);
    const count = unsigned(bodies.length);
    const head = [10, ...unsigned(size + count.length), ...count];
    const names = memory.names ? section(0, [...name('name'), ...section(1, vector(this.nameEntries()))]) : [];
    const encoded = new Uint8Array(bytes.length + head.length + size + names.length);
    encoded.set(bytes);
    encoded.set(head, bytes.length);
    let at = bytes.length + head.length;
    for (const body of bodies) {
      encoded.set(body, at);
      at += body.length;
    }
    encoded.set(names, at);
    return encoded;
  }

  private nameEntries(): number[][] {
    return this.functions.map((builder) => [...unsigned(builder.index), ...name(builder.name)]);
  }
}
