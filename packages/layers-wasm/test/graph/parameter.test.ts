/** Which matrices a weight of the model is in memory. */
import { describe, expect, test } from '@jest/globals';
import { Parameter } from '../../src/graph/parameter.js';

const options = { trainable: true, l2: 0 };

describe('the matrices of', () => {
  test('a kernel: one for each tap', () => {
    const kernel = Parameter.kernel('conv/kernel', [3, 5, 2, 7], options);
    expect(kernel).toMatchObject({ groups: 15, rows: 2, columns: 7, paddedRows: 4, paddedColumns: 8, size: 210 });
  });

  test('a kernel without a window: a single one', () => {
    const kernel = Parameter.kernel('dense/kernel', [6, 4], options);
    expect(kernel).toMatchObject({ groups: 1, rows: 6, columns: 4, paddedRows: 8, paddedColumns: 4, size: 24 });
  });

  test('a depthwise kernel: a row for each tap, which is not padded to several', () => {
    const kernel = Parameter.depthwiseKernel('depthwise/kernel', [3, 5, 3, 2], options);
    expect(kernel).toMatchObject({ groups: 15, rows: 1, columns: 6, paddedRows: 1, paddedColumns: 8, size: 90 });
  });

  test('a vector: a single row', () => {
    const bias = Parameter.perChannel('conv/bias', 7, options);
    expect(bias).toMatchObject({ shape: [7], groups: 1, rows: 1, columns: 7, paddedRows: 1, paddedColumns: 8 });
  });
});

test('padded memory gives the elements back, and zeros stay around them', () => {
  const kernel = Parameter.kernel('kernel', [2, 1, 2, 3], options); // two taps, each [2, 3] padded to [4, 4]
  const elements = Float32Array.from({ length: 12 }, (_, i) => i + 1);
  const memory = new Float32Array(kernel.paddedSize);
  kernel.pack(elements, memory);
  expect([...memory.subarray(0, 8)]).toEqual([1, 2, 3, 0, 4, 5, 6, 0]);
  expect([...memory.subarray(16, 24)]).toEqual([7, 8, 9, 0, 10, 11, 12, 0]);
  expect(kernel.unpack(memory)).toEqual(elements);
});
