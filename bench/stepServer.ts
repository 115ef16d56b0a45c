/**
 * One network, 48x48x1, one action per line on stdin, milliseconds per line on stdout: `s` a training step, `i` inference of the batch,
 * `1` of one image, `q` ends. Prints `ready` first.
 * usage: node dist/bench/stepServer.js [--arch mini-xception] [--threads 2] [--batch 128] [--fast] [--plain]
 * `--fast` rounds once (relaxed SIMD), `--plain` keeps to 128-bit vectors.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { wasmEngine } from '../src/engine/wasm.js';
import { buildArchitecture } from '../src/model/architectures.js';
import { initialiseWeights } from '../src/model/initialiseWeights.js';
import { Random } from '../src/random.js';

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: 'mini-xception' },
    threads: { type: 'string', default: '2' },
    batch: { type: 'string', default: '128' },
    fast: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
  },
});
const batchSize = Number(values.batch);
const random = new Random(1);
const config = buildArchitecture(values.arch, { inputShape: [48, 48, 1], classes: 7 });
const model = await wasmEngine.compile(config, initialiseWeights(config, random.fork('weights')), {
  batchSize,
  threads: Number(values.threads),
  seed: 1,
  fast: values.fast,
  wide: !values.plain,
});
const imageSize = 48 * 48;
const batches = 8;
const images = Float32Array.from({ length: batches * batchSize * imageSize }, () => random.uniform(-1, 1));
const labels = Uint8Array.from({ length: batches * batchSize }, () => random.integer(7));
let turn = 0;

async function act(action: string): Promise<void> {
  if (action !== 's') {
    await model.predict(images, action === '1' ? 1 : batchSize);
    return;
  }
  const first = (turn++ % batches) * batchSize;
  await model.trainStep({
    images: images.subarray(first * imageSize, (first + batchSize) * imageSize),
    labels: labels.subarray(first, first + batchSize),
    count: batchSize,
    learningRate: 1e-4,
  });
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'q') break;
  const start = performance.now();
  await act(line);
  console.log((performance.now() - start).toFixed(3));
}
await model.close();
