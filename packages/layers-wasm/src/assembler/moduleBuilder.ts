/** Collects functions and encodes them as a WebAssembly module that imports a memory, `env.memory`, and functions if it wants any. */
import { name, section, unsigned, vector } from './encoding.js';
import { f32x4, type V128, type ValueType } from './expression.js';
import { FunctionBuilder, valueTypeCode, type FunctionReference } from './functionBuilder.js';

const memoryPages = { shared: 0x03, unshared: 0x01 };

export class ModuleBuilder {
  private readonly functions: FunctionBuilder[] = [];
  private readonly exported: FunctionBuilder[] = [];
  private readonly kernels = new Map<string, FunctionBuilder>();

  /** `imports` are names of functions `env.name(i32)` that come from outside. */
  constructor(private readonly imports: readonly string[] = []) {}

  /** An imported function. */
  imported(functionName: string): FunctionReference {
    return { index: this.imports.indexOf(functionName) };
  }

  /** `a * b + c`, rounded after each operation, so that every machine gives the same bits. */
  multiplyAdd(a: V128, b: V128, c: V128): V128 {
    return f32x4.add(f32x4.multiply(a, b), c);
  }

  /** A new function; its name must be unique only if it is exported. */
  function(
    functionName: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[] = [],
  ): FunctionBuilder {
    const builder = new FunctionBuilder(this.imports.length + this.functions.length, functionName, parameters, results);
    this.functions.push(builder);
    return builder;
  }

  /** The function named `key`, built by `build` the first time that it is asked for. */
  shared(
    key: string,
    type: { parameters: readonly ValueType[]; results: readonly ValueType[] },
    build: (builder: FunctionBuilder) => void,
  ): FunctionBuilder {
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
   * The module's bytes. `pages` are 64 KiB each; a shared memory needs the same limit on both sides.
   * Without `simd` every vector becomes four lanes of 32 bits.
   */
  encode(memory: { pages: number; shared: boolean; simd: boolean }): Uint8Array<ArrayBuffer> {
    const types: number[][] = [];
    const typeKeys = new Map<string, number>();
    const typeOf = (builder: Pick<FunctionBuilder, 'parameterTypes' | 'resultTypes'>): number => {
      const key = `${builder.parameterTypes.join()}>${builder.resultTypes.join()}`;
      const known = typeKeys.get(key);
      if (known !== undefined) return known;
      const encode = (list: readonly ValueType[]): number[] => vector(list.map((type) => [valueTypeCode(type)]));
      types.push([0x60, ...encode(builder.parameterTypes), ...encode(builder.resultTypes)]);
      typeKeys.set(key, types.length - 1);
      return types.length - 1;
    };
    const declared = this.functions.map((builder) => unsigned(typeOf(builder)));
    const limits = [
      memory.shared ? memoryPages.shared : memoryPages.unshared,
      ...unsigned(memory.pages),
      ...unsigned(memory.pages),
    ];
    const importedType = { parameterTypes: ['i32'], resultTypes: [] } as const;
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
    const encoded = new Uint8Array(bytes.length + head.length + size);
    encoded.set(bytes);
    encoded.set(head, bytes.length);
    let at = bytes.length + head.length;
    for (const body of bodies) {
      encoded.set(body, at);
      at += body.length;
    }
    return encoded;
  }
}
