/** A closed network's memory in the next one. */
import { describe, expect, test } from '@jest/globals';
import { returnMemory, takeMemory } from '../../src/runtime/memories.js';

const nothing = { total: 0, batch: 0, weights: 0, optimizer: 0, partialSums: 0, tensors: 0, scratch: 0 };
const build = { threads: 1, memory: nothing };

const bytesOf = (memory: WebAssembly.Memory) => new Uint8Array(memory.buffer);

test.each([true, false])('a memory that was returned comes back full of zeros: shared %s', (shared) => {
  const memory = takeMemory({ pages: 3, shared, build });
  bytesOf(memory).fill(7);
  returnMemory(memory);
  const others = [
    { pages: 2, shared, build },
    { pages: 4, shared, build },
    { pages: 3, shared: !shared, build },
  ];
  for (const other of others) expect(takeMemory(other)).not.toBe(memory);
  const again = takeMemory({ pages: 3, shared, build });
  expect(again).toBe(memory);
  expect(bytesOf(again).every((byte) => byte === 0)).toBe(true);
  expect(takeMemory({ pages: 3, shared, build })).not.toBe(memory);
});

describe('more than 4 GiB are refused, with advice by what takes the most', () => {
  const advices: readonly [part: Partial<typeof nothing>, threads: number, advice: RegExp][] = [
    [{ tensors: 5, weights: 4, scratch: 4 }, 2, /for the batch: try a smaller batchSize\.$/],
    [{ batch: 2, partialSums: 3, optimizer: 4 }, 2, /for the batch/],
    [{ batch: 2, weights: 3, optimizer: 3, scratch: 5 }, 2, /for weights .* inferenceOnly\.$/],
    [{ batch: 2, weights: 3, scratch: 5 }, 2, /for what threads are at work on: try fewer threads\.$/],
    [{ batch: 2, weights: 3, scratch: 5 }, 1, /for what threads are at work on: a model of smaller images/],
  ];
  test.each(advices)('%j, %i threads', (parts, threads, advice) => {
    const size = { pages: 65537, shared: false, build: { threads, memory: { ...nothing, ...parts } } };
    for (const message of [/^This network needs 4\.0 GiB of memory; WebAssembly has 4 GiB\. Most of it is /, advice]) {
      expect(() => takeMemory(size)).toThrow(
        expect.objectContaining({ code: 'MEMORY_EXCEEDED', message: expect.stringMatching(message) }),
      );
    }
  });
});
