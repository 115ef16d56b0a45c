/** Vector code for hosts without SIMD: every v128 becomes four lanes of 32 bits, with the same bits in the end. */
import { signed, unsigned } from './encoding.js';
import type { ValueType } from './expression.js';
import { readInstruction, readUnsigned, type Instruction } from './instructions.js';
import { get, LaneLocals, lanesOfVector, type Lane, type Lanes } from './laneLocals.js';
import * as lanes from './laneOperations.js';
import type { Code } from './laneOperations.js';

/** The locals behind the parameters, and the code without its last `end`. */
export interface FunctionBody {
  readonly parameterTypes: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly code: readonly number[];
}

/**
 * The same function without vectors. They are never on the stack of the new code but in locals; numbers stay where they were.
 * Throws on a vector instruction that it does not know, and on vectors that outlive a statement.
 */
export function scalarise(body: FunctionBody): FunctionBody {
  return new Scalariser(body).translate();
}

class Scalariser {
  private readonly locals: LaneLocals;
  private readonly code: number[] = [];
  /** New indices of the old locals; of a vector's first lane. */
  private readonly places: readonly number[];
  private readonly types: readonly ValueType[];
  /** Vectors that the old code has on its stack. */
  private readonly stack: Lanes[] = [];
  /** Where the last emitted instruction starts if it was a local.get, and what it gets. */
  private lastGet: { readonly end: number; readonly local: number; readonly start: number } | undefined;

  constructor(private readonly body: FunctionBody) {
    this.types = [...body.parameterTypes, ...body.locals];
    if (body.parameterTypes.includes('v128')) throw new Error('Vectors as parameters have no scalar form.');
    this.locals = new LaneLocals(body.parameterTypes.length);
    this.places = [
      ...body.parameterTypes.keys(),
      ...body.locals.map((type) => (type === 'v128' ? this.locals.addVector()[0] : this.locals.add(type))),
    ];
  }

  translate(): FunctionBody {
    const { code, parameterTypes } = this.body;
    for (let at = 0; at < code.length;) {
      const instruction = readInstruction(code, at);
      this.instruction(instruction);
      at = instruction.end;
    }
    if (this.stack.length > 0) throw new Error('A vector is left on the stack.');
    return { parameterTypes, locals: this.locals.types, code: this.code };
  }

  private instruction(instruction: Instruction): void {
    const { opcode, start, end } = instruction;
    if (opcode === 0xfd) this.vector(instruction);
    else if (opcode >= 0x20 && opcode <= 0x22) this.variable(instruction);
    else {
      const control = opcode < 0x10;
      if (control && this.stack.length > 0) throw new Error('A vector is on the stack where the control flow changes.');
      this.emit(this.body.code.slice(start, end));
    }
  }

  /** local.get, local.set and local.tee. */
  private variable({ opcode, immediates }: Instruction): void {
    const index = readUnsigned(this.body.code, immediates).value;
    const place = this.places[index]!;
    if (this.types[index] !== 'v128') {
      const start = this.code.length;
      this.emit([opcode, ...unsigned(place)]);
      if (opcode === 0x20) this.lastGet = { start, end: this.code.length, local: place };
      return;
    }
    const own: Lanes = [place, place + 1, place + 2, place + 3];
    if (opcode !== 0x20) {
      const value = this.pop();
      this.saveReaders(place);
      own.forEach((lane, i) => this.set(lane, get(value[i]!)));
      this.locals.release(value);
    }
    if (opcode !== 0x21) this.stack.push(own);
  }

  /** Copies the vectors on the stack that still are the local at `place`, which is about to change. */
  private saveReaders(place: number): void {
    this.stack.forEach((vector, i) => {
      if (vector[0] === place) this.stack[i] = this.fresh((lane) => get(vector[lane]));
    });
  }

  private vector({ prefixed, immediates }: Instruction): void {
    const { code } = this.body;
    const operation = prefixed!;
    const unary = lanes.unaryLanes.get(operation);
    const binary = lanes.binaryLanes.get(operation);
    const doubles = lanes.binaryDoubles.get(operation);
    if (unary) this.apply(1, ([a], lane) => unary(get(a![lane])));
    else if (binary) this.apply(2, ([a, b], lane) => binary(get(a![lane]), get(b![lane])));
    else if (doubles) this.applyToDoubles(2, ([a, b], i) => doubles(joinedPair(a!, i), joinedPair(b!, i)));
    else if (operation === 0x5f) this.applyToDoubles(1, ([a], i) => lanes.promoted(get(a![i])));
    else if (operation === 0x00) this.load(this.offset(immediates));
    else if (operation === 0x09) this.loadSplat(this.offset(immediates));
    else if (operation === 0x0b) this.store(this.offset(immediates));
    else if (operation === 0x0c) this.constant(code.slice(immediates, immediates + 16));
    else if (operation === 0x0d) this.shuffle(code.slice(immediates, immediates + 16));
    else if (operation === 0x11) this.splat(lanes.fromBits([]));
    else if (operation === 0x13) this.splat([]);
    else if (operation === 0x1b) this.extract(code[immediates]!, lanes.bitsOf);
    else if (operation === 0x1f) this.extract(code[immediates]!, (lane) => lane);
    else if (operation === 0xad) this.shift();
    else throw new Error(`The vector instruction 0x${operation.toString(16)} has no scalar form.`);
  }

  private apply(operands: number, lane: (vectors: readonly Lanes[], lane: Lane) => Code): void {
    const vectors = Array.from({ length: operands }, () => this.pop()).reverse();
    const result = this.fresh((i) => lane(vectors, i));
    vectors.forEach((vector) => this.locals.release(vector));
    this.stack.push(result);
  }

  private applyToDoubles(operands: number, double: (vectors: readonly Lanes[], i: 0 | 1) => Code): void {
    const vectors = Array.from({ length: operands }, () => this.pop()).reverse();
    const bits = ([0, 1] as const).map((i) => {
      const local = this.locals.scratch(`i64 ${i}`, 'i64');
      this.set(local, lanes.halves.bits(double(vectors, i)));
      return get(local);
    });
    vectors.forEach((vector) => this.locals.release(vector));
    this.stack.push(this.fresh((lane) => (lane % 2 === 0 ? lanes.halves.low : lanes.halves.high)(bits[lane >> 1]!)));
  }

  private load(offset: number): void {
    const address = this.popNumber();
    this.stack.push(this.fresh((lane) => [...get(address), 0x2a, 2, ...unsigned(offset + lane * 4)]));
  }

  private loadSplat(offset: number): void {
    this.emit([0x2a, 2, ...unsigned(offset)]);
    this.splat([]);
  }

  private store(offset: number): void {
    const value = this.pop();
    const address = this.popNumber();
    for (const lane of lanesOfVector) {
      this.emit([...get(address), ...get(value[lane]), 0x38, 2, ...unsigned(offset + lane * 4)]);
    }
    this.locals.release(value);
  }

  private constant(bytes: readonly number[]): void {
    // Not as f32.const: a host may change the bits of a NaN that it reads as a number.
    const words = new Int32Array(Uint8Array.from(bytes).buffer);
    this.stack.push(this.fresh((lane) => lanes.fromBits([0x41, ...signed(words[lane]!)])));
  }

  /** Of whole lanes. */
  private shuffle(bytes: readonly number[]): void {
    const sources = lanesOfVector.map((lane) => bytes[lane * 4]! / 4);
    const whole = bytes.every((byte, i) => byte === sources[i >> 2]! * 4 + (i % 4));
    if (!whole) throw new Error('A shuffle of bytes has no scalar form.');
    this.apply(2, (vectors, lane) => get(vectors.flat()[sources[lane]!]!));
  }

  /** The number on the stack in all lanes, which are one local then. */
  private splat(conversion: Code): void {
    this.emit(conversion);
    const local = this.locals.take();
    this.emit([0x21, ...unsigned(local)]);
    this.stack.push([local, local, local, local]);
  }

  private extract(lane: number, conversion: (lane: Code) => Code): void {
    const vector = this.pop();
    this.emit(conversion(get(vector[lane]!)));
    this.locals.release(vector);
  }

  private shift(): void {
    const bits = get(this.popNumber());
    this.apply(1, ([a], lane) => lanes.shiftRightUnsigned(get(a![lane]), bits));
  }

  private offset(immediates: number): number {
    const alignment = readUnsigned(this.body.code, immediates);
    return readUnsigned(this.body.code, alignment.end).value;
  }

  /** The local that holds the number on top of the stack, until the next instruction. */
  private popNumber(): number {
    const last = this.lastGet;
    this.lastGet = undefined;
    if (last?.end === this.code.length) {
      this.code.length = last.start;
      return last.local;
    }
    const local = this.locals.scratch('i32', 'i32');
    this.emit([0x21, ...unsigned(local)]);
    return local;
  }

  private fresh(lane: (lane: Lane) => Code): Lanes {
    const [a, b, c, d] = [this.locals.take(), this.locals.take(), this.locals.take(), this.locals.take()];
    const result: Lanes = [a, b, c, d];
    for (const i of lanesOfVector) this.set(result[i], lane(i));
    return result;
  }

  private pop(): Lanes {
    const vector = this.stack.pop();
    if (!vector) throw new Error('A vector instruction has no operand.');
    return vector;
  }

  private set(local: number, value: Code): void {
    this.emit([...value, 0x21, ...unsigned(local)]);
  }

  private emit(bytes: Code): void {
    for (const byte of bytes) this.code.push(byte);
  }
}

/** The f64 of a pair of lanes. */
function joinedPair(vector: Lanes, pair: 0 | 1): Code {
  return lanes.joined(get(vector[pair === 0 ? 0 : 2]), get(vector[pair === 0 ? 1 : 3]));
}
