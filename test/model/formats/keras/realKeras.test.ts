/** Real Keras opens what is written here; skipped where there is no Python with Keras 3. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { architectureNames, buildArchitecture } from '../../../../src/model/architectures.js';
import { writeKerasH5 } from '../../../../src/model/formats/keras/kerasH5.js';
import { writeKerasArchive } from '../../../../src/model/formats/keras/writeKerasArchive.js';
import type { ModelFile } from '../../../../src/model/modelFile.js';
import { hashedWeights } from '../../architectures/hashedNumbers.js';
import { tinyModel } from '../../fixtureModel.js';
import { distance, hasKeras, predictHere, predictWithKeras, type KerasPredictions } from './kerasFiles.js';

function model(name: string): ModelFile {
  const config = buildArchitecture(name, { inputShape: [32, 32, 1], classes: 2 });
  return { config, weights: hashedWeights(config), card: { ...tinyModel().card, inputShape: [32, 32, 1] } };
}

(hasKeras ? describe : describe.skip)('Keras 3 on this machine', () => {
  let folder: string;
  let predictions: Record<string, KerasPredictions>;
  const path = (name: string, extension: string): string => join(folder, `${name}.${extension}`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fer-keras-'));
    for (const name of architectureNames) {
      await writeKerasH5(path(name, 'h5'), model(name));
      await writeKerasArchive(path(name, 'keras'), model(name));
    }
    const names = architectureNames.flatMap((name) => [path(name, 'h5'), path(name, 'keras')]);
    predictions = predictWithKeras(names);
  }, 300_000);

  afterAll(async () => rm(folder, { recursive: true }));

  test.each(architectureNames)(
    'predicts with our %s as we do, from .h5, .keras and by the rules of Keras 2',
    async (name) => {
      const ours = await predictHere(model(name));
      const { keras, keras2Layout } = predictions[path(name, 'h5')]!;
      expect(distance(ours, keras)).toBeLessThan(1e-6);
      expect(distance(ours, keras2Layout!)).toBeLessThan(1e-6);
      expect(distance(ours, predictions[path(name, 'keras')]!.keras)).toBeLessThan(1e-6);
    },
  );
});
