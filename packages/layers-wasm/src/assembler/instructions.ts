/** Reads the code of a function instruction by instruction. */

/** Where an instruction stands in the code of its function. */
export interface Instruction {
  readonly opcode: number;
  /** The number behind an opcode of 0xfc, 0xfd or 0xfe, which are prefixes only. */
  readonly prefixed: number | undefined;
  /** Index of the first byte, and of that behind the last one. */
  readonly start: number;
  readonly end: number;
  /** Index of the first byte of the immediates. */
  readonly immediates: number;
}

/** The unsigned LEB128 number at `at`, and where the next byte stands. */
export function readUnsigned(code: ArrayLike<number>, at: number): { value: number; end: number } {
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = code[at++]!;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at };
    factor *= 128;
  }
}

const skipNumbers = (code: ArrayLike<number>, at: number, count: number): number => {
  for (let i = 0; i < count; i++) at = readUnsigned(code, at).end;
  return at;
};

/** The instruction at `start`. Throws on an opcode that this assembler does not emit. */
export function readInstruction(code: ArrayLike<number>, start: number): Instruction {
  const opcode = code[start]!;
  if (opcode >= 0xfc) {
    const { value: prefixed, end: immediates } = readUnsigned(code, start + 1);
    return { opcode, prefixed, start, immediates, end: endOfPrefixed(code, { opcode, prefixed, at: immediates }) };
  }
  const immediates = start + 1;
  return { opcode, prefixed: undefined, start, immediates, end: endOfPlain(code, opcode, immediates) };
}

function endOfPlain(code: ArrayLike<number>, opcode: number, at: number): number {
  if (opcode === 0x43) return at + 4; // f32.const
  if (opcode === 0x44) return at + 8; // f64.const
  if (opcode >= 0x02 && opcode <= 0x04) return at + 1; // block, loop, if: a type of one byte
  if ([0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x41, 0x42].includes(opcode)) return skipNumbers(code, at, 1);
  if (opcode >= 0x28 && opcode <= 0x3e) return skipNumbers(code, at, 2); // loads and stores
  if ([0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(opcode) || (opcode >= 0x45 && opcode <= 0xc4)) return at;
  throw new Error(`The opcode 0x${opcode.toString(16)} is not known here.`);
}

function endOfPrefixed(
  code: ArrayLike<number>,
  { opcode, prefixed, at }: { opcode: number; prefixed: number; at: number },
): number {
  if (opcode === 0xfe) return skipNumbers(code, at, 2); // atomic operations on memory
  if (opcode === 0xfc && prefixed < 8) return at; // saturating truncations
  if (opcode === 0xfc && prefixed === 11) return at + 1; // memory.fill
  if (opcode === 0xfd) return endOfVector(code, prefixed, at);
  throw new Error(`The opcode 0x${opcode.toString(16)} ${prefixed} is not known here.`);
}

function endOfVector(code: ArrayLike<number>, operation: number, at: number): number {
  if (operation <= 0x0b) return skipNumbers(code, at, 2); // loads and the store
  if (operation === 0x0c || operation === 0x0d) return at + 16; // constant, shuffle
  return operation >= 0x15 && operation <= 0x22 ? at + 1 : at; // lanes
}
