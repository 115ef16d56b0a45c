/** Builds the body of one WebAssembly function from typed statements. */
import { unsigned } from './encoding.js';
import { Expression, i32, type I32, type V128, type ValueType } from './expression.js';
import { memoryArgument, memoryBase } from './memoryBase.js';
import { scalarise } from './scalarise.js';

/** How a value of each type is stored; `align` is log2 of the alignment hint. */
const stores = {
  i32: { opcode: [0x36], align: 2 },
  i64: { opcode: [0x37], align: 3 },
  f32: { opcode: [0x38], align: 2 },
  f64: { opcode: [0x39], align: 3 },
  v128: { opcode: [0xfd, 0x0b], align: 2 },
} satisfies Record<ValueType, { opcode: number[]; align: number }>;

/** A local variable; as an expression it is its current value. */
export class Local<T extends ValueType = ValueType> extends Expression<T> {
  constructor(
    type: T,
    readonly index: number,
  ) {
    super(type, [0x20, ...unsigned(index)]);
  }
}

/** What a function takes and gives. */
export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function that other functions may call before it is finished. */
export interface FunctionReference {
  readonly index: number;
}

export class FunctionBuilder implements FunctionReference {
  readonly parameters: Local[];
  private readonly locals: ValueType[] = [];
  /** Locals of vectors that are zero behind the loop that they were made in. */
  private readonly forgotten = new Set<number>();
  /** The local of a vector that is never set. */
  private nothing: number | undefined;
  private readonly code: number[] = [];

  constructor(
    readonly index: number,
    readonly name: string,
    readonly type: FunctionType,
  ) {
    this.parameters = type.parameters.map((valueType, i) => new Local(valueType, i));
  }

  /** Parameter `i` as an i32, which every kernel takes its addresses and counts as. */
  argument(i: number): Local<'i32'> {
    return this.parameters[i] as Local<'i32'>;
  }

  /** A new local, zero at the start of the function. */
  local<T extends ValueType>(type: T): Local<T> {
    this.locals.push(type);
    return new Local(type, this.parameters.length + this.locals.length - 1);
  }

  /** A new local that holds `value` from here on. */
  let<T extends ValueType>(value: Expression<T>): Local<T> {
    const local = this.local(value.type);
    this.set(local, value);
    return local;
  }

  set<T extends ValueType>(local: Local<T>, value: Expression<T>): void {
    this.code.push(...value.bytes, 0x21, ...unsigned(local.index));
  }

  /** `local += bytes`. */
  advance(local: Local<'i32'>, bytes: number): void {
    if (bytes !== 0) this.set(local, i32.add(local, i32.constant(bytes)));
  }

  /** Stores four bytes per i32 or f32, eight per f64, sixteen per v128 at `address + offset`. */
  store(address: I32, value: Expression, offset = 0): void {
    const { opcode, align } = stores[value.type];
    this.code.push(...address.bytes, ...value.bytes, ...opcode, ...memoryArgument(align, offset));
  }

  /** Stores the first `lanes` single-precision lanes of `value` at `address`. */
  storeLanes(address: I32, value: V128, lanes: 1 | 2): void {
    const [operation, align] = lanes === 1 ? [0x5a, 2] : [0x5b, 3];
    this.code.push(...address.bytes, ...value.bytes, 0xfd, operation, ...memoryArgument(align, 0), 0);
  }

  atomicStore(address: I32, value: I32, offset = 0): void {
    this.code.push(...address.bytes, ...value.bytes, 0xfe, 0x17, ...memoryArgument(2, offset));
  }

  /** Fills `bytes` bytes from `address` with zeros. */
  clear(address: I32, bytes: I32): void {
    const start = i32.add(address, i32.constant(memoryBase)); // this instruction has no offset
    this.code.push(...start.bytes, ...i32.constant(0).bytes, ...bytes.bytes, 0xfc, 11, 0);
  }

  call(target: FunctionReference, ...values: Expression[]): void {
    for (const value of values) this.code.push(...value.bytes);
    this.code.push(0x10, ...unsigned(target.index));
  }

  /** A call whose single result is wanted. */
  callFor<T extends ValueType>(type: T, target: FunctionReference, ...values: Expression[]): Expression<T> {
    return new Expression(type, [...values.flatMap((value) => value.bytes), 0x10, ...unsigned(target.index)]);
  }

  drop(value: Expression): void {
    this.code.push(...value.bytes, 0x1a);
  }

  return(value?: Expression): void {
    this.code.push(...(value?.bytes ?? []), 0x0f);
  }

  if(condition: I32, then: () => void, otherwise?: () => void): void {
    this.code.push(...condition.bytes, 0x04, 0x40);
    then();
    if (otherwise) {
      this.code.push(0x05);
      otherwise();
    }
    this.code.push(0x0b);
  }

  /** Repeats `body` while `condition` holds, which is tested first. */
  while(condition: I32, body: () => void): void {
    this.if(condition, () => this.doWhile(body, condition));
  }

  /** Runs `body`, and again while `condition` holds. Vectors that `body` makes are zero behind it. */
  doWhile(body: () => void, condition: I32): void {
    const first = this.locals.length;
    this.code.push(0x03, 0x40);
    body();
    this.forgetVectors(first);
    this.code.push(...condition.bytes, 0x0d, 0, 0x0b);
  }

  /** Runs `body` `count` times, a positive constant: without a loop when it is 1. */
  repeat(count: number, body: () => void): void {
    if (count === 1) {
      body();
      return;
    }
    const left = this.let(i32.constant(count));
    this.doWhile(() => {
      body();
      this.advance(left, -1);
    }, left);
  }

  /** Runs `body` `count` times, also none. */
  repeatDynamic(count: I32, body: () => void): void {
    const left = this.let(count);
    this.while(left, () => {
      body();
      this.advance(left, -1);
    });
  }

  /**
   * Runs `body`, which moves `pointer`, until that is at `end`. The code has `copies` of it, with a test behind each: hosts move loads to
   * the front of what has no branch in it, and run out of registers where several copies have none between them.
   */
  doUntil(pointer: Local<'i32'>, end: I32, { copies, body }: { copies: number; body: () => void }): void {
    this.code.push(0x02, 0x40, 0x03, 0x40);
    for (let copy = 1; copy < copies; copy++) {
      body();
      this.code.push(...i32.equal(pointer, end).bytes, 0x0d, 1);
    }
    body();
    this.code.push(...i32.notEqual(pointer, end).bytes, 0x0d, 0, 0x0b, 0x0b);
  }

  /** Runs `body(offset)` for offset = 0, step, 2 step, ... below `bytes`: pointers are `base + offset`. */
  stride(bytes: number, step: number, body: (offset: Local<'i32'>) => void): void {
    const offset = this.let(i32.constant(0));
    const iterate = (): void => {
      body(offset);
      this.advance(offset, step);
    };
    if (bytes <= step) {
      body(offset);
      return;
    }
    this.doWhile(iterate, i32.lessUnsigned(offset, i32.constant(bytes)));
  }

  /**
   * Lets go of the vectors that were made since there were `first` locals. Hosts hand what a loop sets on to its next turn, needed or not, and V8
   * joins no vectors, or splits them again, of which it has to hand on the halves. Compilers leave these zeros out.
   */
  private forgetVectors(first: number): void {
    for (let index = first; index < this.locals.length; index++) {
      if (this.locals[index] !== 'v128' || this.forgotten.has(index) || index === this.nothing) continue;
      this.nothing ??= this.locals.push('v128') - 1;
      const [from, to] = [this.nothing, index].map((local) => unsigned(this.parameters.length + local));
      this.code.push(0x20, ...from!, 0x21, ...to!);
      this.forgotten.add(index);
    }
  }

  /** The finished body: its local declarations and code, after their size; without `simd` free of vectors. */
  encode({ simd }: { simd: boolean }): number[] {
    const body = { parameterTypes: this.type.parameters, locals: this.locals, code: this.code };
    const { locals, code } = simd ? body : scalarise(body);
    const declarations = [...unsigned(locals.length), ...locals.flatMap((type) => [1, valueTypeCode(type)])];
    const size = declarations.length + code.length + 1;
    const bytes = unsigned(size);
    for (const byte of declarations) bytes.push(byte);
    for (const byte of code) bytes.push(byte);
    bytes.push(0x0b);
    return bytes;
  }
}

/** The binary code of a value type. */
export function valueTypeCode(type: ValueType): number {
  return { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }[type];
}
