/** Every kind of layer, in all sizes and strides: predictions, losses and updates are those of layers-wasm. */
import { expect, test } from '@jest/globals';
import type { Engine, TrainingBatch } from '../../../../src/engine/engine.js';
import { wasmEngine } from '../../../../src/engine/wasm.js';
import type { LayersConfig, NamedWeights } from '../../../../src/model/modelFile.js';
import { describeTensorflow, presentEngine } from '../presentTensorflow.js';

/** As the package's tests have it. */
interface TestNetwork {
  readonly name: string;
  readonly config: LayersConfig;
  readonly weights: NamedWeights;
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
}

// The compiled tests of the package: they are none of its exports.
const folder = new URL('../../../../../packages/layers-wasm/dist/test/', import.meta.url);
const { engineNetworks, narrowMiniXception } = (await import(new URL('networks.js', folder).href)) as {
  engineNetworks: readonly TestNetwork[];
  narrowMiniXception: TestNetwork;
};
const networks = [...engineNetworks, narrowMiniXception];

interface Trained {
  readonly before: Float32Array;
  readonly losses: readonly number[];
  readonly correct: readonly number[];
  readonly penalty: number;
  /** What two steps of plain descent have moved. */
  readonly moved: ReadonlyMap<string, Float32Array>;
  readonly after: Float32Array;
}

const learningRate = 0.1;

function batchOf({ inputShape, classes }: TestNetwork, count: number): TrainingBatch {
  const size = inputShape.reduce((product, axis) => product * axis, 1);
  const images = Float32Array.from({ length: count * size }, (_, index) => 1.3 * Math.sin(0.37 * index * index));
  const labels = Uint8Array.from({ length: count }, (_, index) => index % classes);
  return { images, labels, count, learningRate };
}

/** A full batch and a short one. */
async function trainOn(engine: Engine, network: TestNetwork): Promise<Trained> {
  const { config, weights } = network;
  const optimizer = { kind: 'sgd' } as const;
  const model = await engine.compile(config, weights, { batchSize: 5, seed: 1, threads: 1, optimizer });
  const [full, short] = [batchOf(network, 5), batchOf(network, 3)];
  const before = await model.predict(full.images, 5);
  const steps = [await model.trainStep(full), await model.trainStep(short)];
  const [trained, penalty] = [await model.readWeights(), await model.regularizationLoss()];
  const after = await model.predict(full.images, 5);
  await model.close();
  const moved = [...trained].map(([name, { data }]): [string, Float32Array] => {
    const from = weights.get(name)!.data;
    return [name, data.map((value, index) => value - from[index]!)];
  });
  const [losses, correct] = [steps.map(({ loss }) => loss), steps.map((step) => step.correct)];
  return { before, losses, correct, penalty, moved: new Map(moved), after };
}

/** Largest difference as a share of the largest number of `expected`, or of 0.01 if that is more. */
function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const [ours, theirs] = [Array.from(actual), Array.from(expected)];
  expect(ours).toHaveLength(theirs.length);
  const scale = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0.01);
  return theirs.reduce((most, value, index) => Math.max(most, Math.abs(value - ours[index]!)), 0) / scale;
}

describeTensorflow('on TensorFlow', () => {
  test.each(networks)('$name learns as on layers-wasm', async (network) => {
    const expected = await trainOn(wasmEngine, network);
    const actual = await trainOn(await presentEngine(), network);
    expect(deviation(actual.before, expected.before)).toBeLessThan(1e-5);
    expect(deviation(actual.losses, expected.losses)).toBeLessThan(1e-5);
    expect(actual.correct).toEqual(expected.correct);
    expect(deviation([actual.penalty], [expected.penalty])).toBeLessThan(1e-6);
    const off = [...expected.moved].filter(([name, data]) => !(deviation(actual.moved.get(name)!, data) < 1e-4));
    expect(off.map(([name]) => name)).toEqual([]);
    expect(deviation(actual.after, expected.after)).toBeLessThan(1e-4);
  });
});
