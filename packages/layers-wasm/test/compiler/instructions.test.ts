/** Which kinds of instructions a module needs of its host. */
import { expect, test } from '@jest/globals';
import { readInstruction, readUnsigned, type Instruction } from '../../src/assembler/instructions.js';
import { compileModule } from '../../src/compiler/compileModule.js';
import { lower } from '../../src/graph/lower.js';
import { resolveTraining } from '../../src/training/options.js';
import { narrowMiniXception } from '../networks.js';

/** Opcodes of the prefixes: vectors and atomic operations. */
const prefixes = { vectors: 0xfd, atomics: 0xfe };

/** f32x4.relaxed_madd. */
const relaxedMultiplyAdd = 0x105;

interface Form {
  readonly threads: number;
  readonly simd: boolean;
  readonly fused?: boolean;
}

/** Which of these kinds of instructions the module of a network that trains has. */
function kindsOf({ threads, simd, fused = false }: Form) {
  const graph = lower(narrowMiniXception.config, { training: true });
  const code = { simd, profile: false, fused, wide: false };
  const update = resolveTraining({ batchSize: 16 });
  const { bytes } = compileModule(graph, { threads, batchSize: 16, training: true, update, code });
  const instructions = instructionsOf(bytes);
  const has = (prefix: number): boolean => instructions.some(({ opcode }) => opcode === prefix);
  const relaxed = instructions.some(
    ({ opcode, prefixed }) => opcode === prefixes.vectors && prefixed === relaxedMultiplyAdd,
  );
  return { vectors: has(prefixes.vectors), atomics: has(prefixes.atomics), relaxed };
}

function instructionsOf(bytes: Uint8Array): Instruction[] {
  const instructions: Instruction[] = [];
  let at = 8;
  while (bytes[at] !== 10) at = endOfSized(bytes, at + 1); // sections before the code
  const functions = readUnsigned(bytes, readUnsigned(bytes, at + 1).end);
  at = functions.end;
  for (let i = 0; i < functions.value; i++) {
    const end = endOfSized(bytes, at);
    const locals = readUnsigned(bytes, readUnsigned(bytes, at).end);
    at = locals.end;
    for (let local = 0; local < locals.value; local++) at = readUnsigned(bytes, at).end + 1;
    while (at < end) {
      const instruction = readInstruction(bytes, at);
      instructions.push(instruction);
      at = instruction.end;
    }
    expect(at).toBe(end);
  }
  return instructions;
}

/** Behind the content whose size stands at `at`. */
function endOfSized(bytes: Uint8Array, at: number): number {
  const { value, end } = readUnsigned(bytes, at);
  return end + value;
}

test.each([
  [
    { threads: 1, simd: false },
    { vectors: false, atomics: false, relaxed: false },
  ],
  [
    { threads: 1, simd: true },
    { vectors: true, atomics: false, relaxed: false },
  ],
  [
    { threads: 2, simd: false },
    { vectors: false, atomics: true, relaxed: false },
  ],
  [
    { threads: 2, simd: true },
    { vectors: true, atomics: true, relaxed: false },
  ],
  [
    { threads: 1, simd: true, fused: true },
    { vectors: true, atomics: false, relaxed: true },
  ],
])('%j', (options, kinds) => {
  expect(kindsOf(options)).toEqual(kinds);
});
