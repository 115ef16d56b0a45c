/** The README's example, as printed there, on a model that TensorFlow.js saved, and back to TensorFlow.js. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  layers,
  loadLayersModel,
  model,
  type LayersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// Compiled tests run from dist/test; the package lies two folders up.
const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8');
const example = /^```js\n([^]*?)^```$/m.exec(readme)?.[1] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'layers-wasm-readme-'));

beforeAll(async () => {
  tf.env().set('IS_TEST', true); // or it advertises its native backend on the console
  await tf.setBackend('cpu');
  // The package as an installation elsewhere finds it.
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageFolder, join(folder, 'node_modules', 'layers-wasm'), 'junction');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Two layers of 8x8 grey images, with seeded weights. */
function buildModel(): LayersModel {
  const seeded = (seed: number) => initializers.glorotUniform({ seed });
  const images = input({ shape: [8, 8, 1] });
  const convolved = layers
    .conv2d({ filters: 4, kernelSize: 3, activation: 'relu', kernelInitializer: seeded(1) })
    .apply(images);
  const classes = layers
    .dense({ units: 2, activation: 'softmax', kernelInitializer: seeded(2) })
    .apply(layers.flatten().apply(convolved)) as SymbolicTensor;
  return model({ inputs: images, outputs: classes });
}

/** Writes the two files of `tf.LayersModel.save` in Node. */
function toFiles(): tf.io.IOHandler {
  return tf.io.withSaveHandler((artifacts) => {
    const { weightSpecs, weightData, modelTopology, format, generatedBy, convertedBy } = artifacts;
    const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
    const json = { modelTopology, weightsManifest, format, generatedBy, convertedBy };
    writeFileSync(join(folder, 'model.json'), JSON.stringify(json));
    writeFileSync(join(folder, 'weights.bin'), new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)));
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
  });
}

function fromFiles(): tf.io.IOHandler {
  const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as tf.io.ModelJSON;
  const weights = new Uint8Array(readFileSync(join(folder, 'weights.bin')));
  const load = () =>
    tf.io.getModelArtifactsForJSON(json, (manifest) =>
      Promise.resolve([manifest.flatMap((group) => group.weights), weights.buffer]),
    );
  return { load };
}

test('has about twenty lines and trains, writes and loads a model', async () => {
  expect(example.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(23);
  const saved = buildModel();
  await saved.save(toFiles());
  writeFileSync(join(folder, 'example.mjs'), example);
  const printed = execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(printed).toMatch(/^step 20: loss .*\nstep 40: .*\nstep 60: loss 0\.0\d\d, 32 of 32 correct\n$/);

  const loaded = await loadLayersModel(fromFiles());
  const halves = [(y: number) => y < 4, (_: number, x: number) => x < 4].map((isBright) =>
    Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => [Number(isBright(y, x))])),
  );
  const probabilities = loaded.predict(tf.tensor4d(halves)) as tf.Tensor2D;
  const [upper, left] = await probabilities.array();
  expect(upper![0]).toBeGreaterThan(0.9);
  expect(left![1]).toBeGreaterThan(0.9);
});
