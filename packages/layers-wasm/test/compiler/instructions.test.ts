/** Which kinds of instructions a module needs of its host. */
import { expect, test } from '@jest/globals';
import { readInstruction, readUnsigned } from '../../src/assembler/instructions.js';
import { compileModule } from '../../src/compiler/compileModule.js';
import { lower } from '../../src/graph/lower.js';
import { resolveTraining } from '../../src/trainingOptions.js';
import { narrowMiniXception } from '../networks.js';

/** Opcodes of the prefixes: vectors and atomic operations. */
const prefixes = { vectors: 0xfd, atomics: 0xfe };

/** Whether the module of a network that trains has vector and atomic instructions. */
function kindsOf({ threads, simd }: { threads: number; simd: boolean }): Record<keyof typeof prefixes, boolean> {
  const graph = lower(narrowMiniXception.config, { training: true });
  const code = { simd, profile: false, fused: false, wide: false };
  const update = resolveTraining({ batchSize: 16 });
  const { bytes } = compileModule(graph, { threads, batchSize: 16, training: true, update, code });
  const opcodes = opcodesOf(bytes);
  return { vectors: opcodes.has(prefixes.vectors), atomics: opcodes.has(prefixes.atomics) };
}

function opcodesOf(bytes: Uint8Array): Set<number> {
  const opcodes = new Set<number>();
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
      opcodes.add(instruction.opcode);
      at = instruction.end;
    }
    expect(at).toBe(end);
  }
  return opcodes;
}

/** Behind the content whose size stands at `at`. */
function endOfSized(bytes: Uint8Array, at: number): number {
  const { value, end } = readUnsigned(bytes, at);
  return end + value;
}

test.each([
  [
    { threads: 1, simd: false },
    { vectors: false, atomics: false },
  ],
  [
    { threads: 1, simd: true },
    { vectors: true, atomics: false },
  ],
  [
    { threads: 2, simd: false },
    { vectors: false, atomics: true },
  ],
  [
    { threads: 2, simd: true },
    { vectors: true, atomics: true },
  ],
])('%j', (options, kinds) => {
  expect(kindsOf(options)).toEqual(kinds);
});
