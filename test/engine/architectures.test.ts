/** Every architecture trains on the default engine: a few steps on one batch of drawn faces. */
import { expect, test } from '@jest/globals';
import { scalePixels } from '../../src/data/scaling.js';
import { drawFace } from '../../src/data/synthesize.js';
import { wasmEngine } from '../../src/engine/wasm.js';
import { architectureNames, buildArchitecture } from '../../src/model/architectures.js';
import { Random } from '../../src/random.js';
import { hashedWeights } from '../model/architectures/hashedNumbers.js';

const size = 32;
const labels = Uint8Array.of(3, 5); // happy, surprise
const count = labels.length;
const faces = Array.from(labels, (label, i) => drawFace(label, new Random(1).fork(`face/${i}`), size));
const images = scalePixels(Uint8Array.from(faces.flatMap((face) => [...face])));

test.each(architectureNames)('%s lowers its loss in four steps', async (name) => {
  const config = buildArchitecture(name, { inputShape: [size, size, 1], classes: 7 });
  const model = await wasmEngine.compile(config, hashedWeights(config), { batchSize: count, threads: 2, seed: 3 });
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    const { loss } = await model.trainStep({ images, labels, count, learningRate: 1e-3 });
    losses.push(loss);
  }
  await model.close();
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!);
});
