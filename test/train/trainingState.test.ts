import { describe, expect, test } from '@jest/globals';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import type { NamedWeights } from '../../src/model/modelFile.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { afterStep, firstPosition } from '../../src/train/trainingPosition.js';
import {
  areFinite,
  decodeState,
  encodeState as encodeParts,
  type TrainingState,
} from '../../src/train/trainingState.js';

const tensors = (...values: number[]): NamedWeights =>
  new Map([['conv2d_1/bias', { shape: [values.length], data: Float32Array.from(values) }]]);

const step = { loss: 0.1 + 0.2, correct: 3, count: 4, elapsedMs: 12.5, learningRate: 1e-4 };

const state: TrainingState = {
  position: afterStep(firstPosition(resolveTrainConfig({ data: 'ä.csv', schedule: 'plateau' })), step),
  weights: tensors(1, -0, 3.4e38).set('dense/kernel', { shape: [2, 1], data: Float32Array.of(0.1, 1e-45) }),
  optimizer: { step: 7, slots: { velocities: tensors(0.5), averages: tensors(0.25), nothing: new Map() } },
  bestWeights: tensors(9),
};

const encodeState = (given: TrainingState): Uint8Array => Buffer.concat(encodeParts(given));

describe('the state file', () => {
  test('gives back what was put in, to the bit', () => {
    const decoded = decodeState(encodeState(state), 'training.bin');
    expect(decoded).toEqual(state);
    expect(Object.is(decoded.weights.get('conv2d_1/bias')?.data[1], -0)).toBe(true);
    expect(decodeState(encodeState({ ...state, bestWeights: null }), 'training.bin').bestWeights).toBeNull();
  });

  test('is written from the tensors themselves, without a copy of them', () => {
    const buffers = encodeParts(state).map(({ buffer }) => buffer);
    for (const { data } of state.weights.values()) expect(buffers).toContain(data.buffer);
  });

  test('keeps the network of a run that began with a file, and when late weights began', () => {
    const network = miniXception({ inputShape: [48, 48, 1], classes: 7 });
    const optimizer = { ...state.optimizer, startedAt: new Map([['conv2d_1/bias', 3]]) };
    const decoded = decodeState(encodeState({ ...state, optimizer, network }), 'training.bin');
    expect(decoded).toEqual({ ...state, optimizer, network });
  });

  test('any changed byte and any truncation is refused', () => {
    const bytes = encodeState(state);
    for (let index = 0; index < bytes.length; index++) {
      const broken = Uint8Array.from(bytes);
      broken[index]! ^= 1;
      expect(() => decodeState(broken, 'run/state/training.bin')).toThrow('Cannot resume from run/state/training.bin');
    }
    for (const length of [0, 7, 16, 100, bytes.length - 1]) {
      expect(() => decodeState(bytes.slice(0, length), 'training.bin')).toThrow(/Cannot resume/);
    }
  });

  test('a file of another format is refused, naming both', () => {
    const older = encodeState(state);
    older[8] = 1;
    expect(() => decodeState(older, 'training.bin')).toThrow(/has format 1.*reads format 2/);
  });
});

test('areFinite sees one bad number in weights or slots', () => {
  expect(areFinite(state)).toBe(true);
  expect(areFinite({ ...state, weights: tensors(1, NaN) })).toBe(false);
  expect(areFinite({ ...state, optimizer: { step: 7, slots: { averages: tensors(Infinity) } } })).toBe(false);
});
