/** A model that a person can compute: dark, middle or bright by the mean of the scaled pixels, -1 to 1. */
import type { CompiledModel } from '../../src/engine/engine.js';
import type { ModelCard } from '../../src/model/modelFile.js';

export const brightnessCard: ModelCard = {
  name: 'brightness',
  classNames: ['dark', 'middle', 'bright'],
  inputShape: [2, 2, 1],
  scaling: 'minus-one-to-one',
  resizeFilter: 'bilinear-half-pixel',
  dataHash: 'none',
  seed: 0,
  metrics: [],
  licence: 'MIT',
  version: '0.0.0',
};

/** Softmax of -steepness * |mean - centre| with the centres -1, 0 and 1. It predicts only, at most `batchSize` images a call. */
export function brightnessModel({ steepness = 10, batchSize = 4 } = {}): CompiledModel {
  const weights = new Map([['centres/kernel', { shape: [3], data: Float32Array.of(-1, 0, 1) }]]);
  const refuse = (): never => {
    throw new Error('This model does not train.');
  };
  return {
    predict(images, count) {
      if (count > batchSize) throw new Error(`Expected at most ${batchSize} images, got ${count}.`);
      const pixels = images.length / count;
      const rows = Array.from({ length: count }, (_, image) => {
        const own = Float32Array.from(images.subarray(image * pixels, (image + 1) * pixels));
        const mean = own.reduce((sum, x) => sum + x, 0) / pixels;
        const scores = [-1, 0, 1].map((centre) => Math.exp(-steepness * Math.abs(mean - centre)));
        const total = scores.reduce((sum, score) => sum + score, 0);
        return scores.map((score) => score / total);
      });
      return Promise.resolve(Float32Array.from(rows.flat()));
    },
    readWeights: () => Promise.resolve(weights),
    regularizationLoss: () => Promise.resolve(0),
    close: () => Promise.resolve(),
    trainStep: refuse,
    writeWeights: refuse,
    readAverages: refuse,
    readOptimizer: refuse,
    writeOptimizer: refuse,
    carryOptimizer: refuse,
  };
}
