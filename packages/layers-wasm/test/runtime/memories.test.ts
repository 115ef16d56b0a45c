/** A closed network's memory in the next one. */
import { expect, test } from '@jest/globals';
import { returnMemory, takeMemory } from '../../src/runtime/memories.js';

const bytesOf = (memory: WebAssembly.Memory) => new Uint8Array(memory.buffer);

test.each([true, false])('a memory that was returned comes back full of zeros: shared %s', (shared) => {
  const memory = takeMemory({ pages: 3, shared });
  bytesOf(memory).fill(7);
  returnMemory(memory);
  const others = [
    { pages: 2, shared },
    { pages: 4, shared },
    { pages: 3, shared: !shared },
  ];
  for (const other of others) expect(takeMemory(other)).not.toBe(memory);
  const again = takeMemory({ pages: 3, shared });
  expect(again).toBe(memory);
  expect(bytesOf(again).every((byte) => byte === 0)).toBe(true);
  expect(takeMemory({ pages: 3, shared })).not.toBe(memory);
});

test('4 GiB are the most', () => {
  expect(() => takeMemory({ pages: 65537, shared: false })).toThrow(
    expect.objectContaining({ code: 'MEMORY_EXCEEDED', message: expect.stringContaining('4.0 GiB of memory') }),
  );
});
