import { describe, expect, test } from '@jest/globals';
import { storeTensor } from '../../../../src/model/formats/layers/precision.js';

const kernel = { shape: [2, 2], data: Float32Array.of(-1, 0, 0.5, 4.1) };

describe('storing weights in fewer bits', () => {
  test('32 bits are the weights themselves', () => {
    const { bytes, quantization } = storeTensor(kernel, 'float32');
    expect(new Float32Array(bytes.slice().buffer)).toEqual(kernel.data);
    expect(quantization).toBeUndefined();
  });

  test('8 bits reach from the least to the greatest value', () => {
    const { bytes, quantization } = storeTensor(kernel, 'uint8');
    expect([...bytes]).toEqual([0, 50, 75, 255]); // steps of 5.1 / 255 = 0.02
    expect(quantization).toMatchObject({ dtype: 'uint8', original_dtype: 'float32', min: -1 });
    expect((quantization as { scale: number }).scale).toBeCloseTo(0.02, 7);
  });

  test('equal values need no steps', () => {
    const { bytes, quantization } = storeTensor({ shape: [1, 2], data: Float32Array.of(3, 3) }, 'uint8');
    expect([...bytes]).toEqual([0, 0]);
    expect(quantization).toMatchObject({ min: 3, scale: 1 });
  });

  test('vectors keep their bits where eight would not do', () => {
    const variances = { shape: [2], data: Float32Array.of(1e-6, 1e3) };
    expect(storeTensor(variances, 'uint8').quantization).toBeUndefined();
    expect(storeTensor(variances, 'float16').bytes).toHaveLength(4);
  });

  test('a tensor beyond the range of 16 bits keeps its bits', () => {
    expect(storeTensor({ shape: [1, 1], data: Float32Array.of(70_000) }, 'float16').bytes).toHaveLength(4);
  });
});
