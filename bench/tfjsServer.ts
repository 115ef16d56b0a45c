/**
 * A step server (the protocol of stepServer.ts) of TensorFlow.js: mini-Xception, 48x48x1, Adam, with one of its backends.
 * usage: node dist/bench/tfjsServer.js cpu|wasm|node BATCH [FOLDER]
 * The packages are taken from FOLDER's node_modules, or from this checkout's.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type * as Core from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import { buildArchitecture } from '../src/model/architectures.js';
import { Random } from '../src/random.js';

const [backend = 'cpu', size = '1', folder] = process.argv.slice(2);
const batchSize = Number(size);
const load = createRequire(folder === undefined ? import.meta.url : join(folder, 'package.json'));
load(backend === 'node' ? '@tensorflow/tfjs-node' : `@tensorflow/tfjs-backend-${backend}`);
const core = load('@tensorflow/tfjs-core') as typeof Core;
const layers = load('@tensorflow/tfjs-layers') as typeof Layers;
await core.setBackend(backend === 'node' ? 'tensorflow' : backend);
await core.ready();

const network = buildArchitecture('mini-xception', { inputShape: [48, 48, 1], classes: 7, l2: 0.01 });
const model = await layers.loadLayersModel(core.io.fromMemory({ modelTopology: network }));
model.compile({ optimizer: core.train.adam(1e-3), loss: 'categoricalCrossentropy' });

const random = new Random(1);
const pixels = Float32Array.from({ length: batchSize * 48 * 48 }, () => random.uniform(-1, 1));
const images = core.tensor4d(pixels, [batchSize, 48, 48, 1]);
const first = core.tensor4d(pixels.subarray(0, 48 * 48), [1, 48, 48, 1]);
const labels = Int32Array.from({ length: batchSize }, () => random.integer(7));
const targets = core.cast(core.oneHot(core.tensor1d(labels, 'int32'), 7), 'float32');

async function act(action: string): Promise<void> {
  if (action === 's') {
    await model.trainOnBatch(images, targets);
    return;
  }
  const probabilities = model.predict(action === '1' ? first : images) as Core.Tensor;
  await probabilities.data();
  probabilities.dispose();
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'q') break;
  const start = performance.now();
  await act(line);
  console.log((performance.now() - start).toFixed(3));
}
