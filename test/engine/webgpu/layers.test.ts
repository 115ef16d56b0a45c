/** Every kind of layer and window on the GPU: outputs, gradients (by the weights behind updates) and moving statistics are those of wasm. */
import { expect, test } from '@jest/globals';
import type { CompiledModel, Engine, TrainingBatch } from '../../../src/engine/engine.js';
import { wasmEngine } from '../../../src/engine/wasm.js';
import { webGpuEngine } from '../../../src/engine/webgpu/webgpu.js';
import type { NamedWeights } from '../../../src/model/modelFile.js';
import { withFrozenLayers } from '../../../src/model/trainability.js';
import { hashedNumbers } from '../../model/architectures/hashedNumbers.js';
import { smallModels, type SmallModel } from './layerKinds.js';
import { describeOnGpu, presentAdapter } from './presentGpu.js';

const batchSize = 3;

function batchOf({ inputShape, classes }: SmallModel, count: number): TrainingBatch {
  const pixels = inputShape.reduce((product, extent) => product * extent, count);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
  return { images: hashedNumbers(`images ${count}`, pixels), labels, count, learningRate: 0.05 };
}

interface Record {
  readonly losses: readonly number[];
  readonly weights: NamedWeights;
  readonly probabilities: Float32Array;
}

/** Three steps of plain descent, whose weights show the gradients; the second with a short batch. */
async function trained(engine: Engine, model: SmallModel): Promise<Record> {
  const { config, weights } = model;
  const options = { batchSize, seed: 7, optimizer: { kind: 'sgd' }, threads: 1 } as const;
  const compiled: CompiledModel = await engine.compile(config, weights, options);
  try {
    const losses: number[] = [];
    for (const count of [3, 2, 3]) losses.push((await compiled.trainStep(batchOf(model, count))).loss);
    const { images } = batchOf(model, 3);
    return { losses, weights: await compiled.readWeights(), probabilities: await compiled.predict(images, 3) };
  } finally {
    await compiled.close();
  }
}

function furthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual).toHaveLength(expected.length);
  return Array.from(expected, (value, i) => Math.abs(actual[i]! - value)).reduce((a, b) => Math.max(a, b), 0);
}

async function compare(model: SmallModel): Promise<void> {
  const expected = await trained(wasmEngine, model);
  const actual = await trained(webGpuEngine(await presentAdapter()), model);
  expect(furthest(actual.losses, expected.losses)).toBeLessThan(1e-5);
  expect(furthest(actual.probabilities, expected.probabilities)).toBeLessThan(1e-5);
  expect([...actual.weights.keys()]).toEqual([...expected.weights.keys()]);
  for (const [name, { data }] of expected.weights) {
    expect({ name, close: furthest(actual.weights.get(name)!.data, data) < 1e-5 }).toEqual({ name, close: true });
  }
}

describeOnGpu('webgpu trains as wasm does', () => {
  test.each(smallModels)('$name', compare, 120_000);

  test('with layers that are frozen, normalisations among them', async () => {
    const model = smallModels.find(({ name }) => name === 'connections')!;
    const config = withFrozenLayers(model.config, ['stem', 'first', 'bare', 'hidden']);
    await compare({ ...model, config });
  }, 120_000);
});
