import { expect, test } from '@jest/globals';
import type {
  CompiledModel,
  CompileOptions,
  Engine,
  StepResult,
  TrainingBatch,
} from '../../../../src/engine/engine.js';
import { wasmEngine } from '../../../../src/engine/wasm.js';
import { NetworkBuilder } from '../../../../src/model/architectures/networkBuilder.js';
import type { LayersConfig, NamedWeights } from '../../../../src/model/modelFile.js';
import { hashedNumbers, hashedWeights } from '../../../model/architectures/hashedNumbers.js';
import { describeTensorflow, presentEngine } from '../presentTensorflow.js';

const size = 200;

/** Two convolutions, one of single pixels with strides, a normalisation, and one of a vector. */
function smallNetwork(): LayersConfig {
  const net = new NetworkBuilder('small', [size, size, 1]);
  const branches = [1, 3].map((kernelSize) =>
    net.conv2D(net.input, { filters: 8, kernelSize, strides: 8, padding: 'same', useBias: false }),
  );
  const pixels = net.flatten(net.relu(net.batchNormalization(net.add(...branches))));
  return net.finish(net.dense(net.relu(net.batchNormalization(net.dense(pixels, { units: 5 }))), { units: 3 }));
}

const config = smallNetwork();
const weights = hashedWeights(config);
const options: CompileOptions = { batchSize: 4, seed: 1, threads: 1, optimizer: { kind: 'sgd' } };

function batchOf(count: number): TrainingBatch {
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 3);
  return { images: hashedNumbers('images', count * size * size), labels, count, learningRate: 1e-3 };
}

async function withModel<T>(use: (model: CompiledModel) => Promise<T>, engine?: Engine): Promise<T> {
  const model = await (engine ?? (await presentEngine())).compile(config, weights, options);
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

describeTensorflow('a network on TensorFlow', () => {
  test('keeps its memory from step to step, whatever the count', async () => {
    await withModel(async (model) => {
      const batches = [4, 3, 2, 1].map(batchOf);
      const steps = async (count: number): Promise<void> => {
        for (let step = 0; step < count; step++) await model.trainStep(batches[step % 4]!);
      };
      await steps(100); // until allocators have what they need
      const before = process.memoryUsage.rss();
      await steps(300);
      expect(process.memoryUsage.rss() - before).toBeLessThan(40e6); // the images of 300 steps are 120 MB
    });
  });

  test('is compiled and closed many times in a process', async () => {
    const losses = new Set<number>();
    for (let turn = 0; turn < 10; turn++) {
      losses.add(await withModel(async (model) => (await model.trainStep(batchOf(4))).loss));
    }
    expect(losses.size).toBe(1);
  });

  test.each([
    ['a batch of one image, whose vectors have no variance', batchOf(1)],
    [
      'targets whose sums are not 1',
      { ...batchOf(4), targets: Float32Array.of(1, 1, 0, 0, 0.25, 0.25, 0, 0, 0, 0, 0, 1) },
    ],
  ])('learns from %s as layers-wasm does', async (_name, batch) => {
    const learn = (model: CompiledModel): Promise<[StepResult, NamedWeights]> =>
      model.trainStep(batch).then(async (result) => [result, await model.readWeights()]);
    const [expected, theirs] = await withModel(learn, wasmEngine);
    const [actual, ours] = await withModel(learn);
    expect(actual.loss).toBeCloseTo(expected.loss, 5);
    expect(actual.correct).toBe(expected.correct);
    for (const [name, { data }] of theirs) {
      const differences = data.map((value, index) => Math.abs(value - ours.get(name)!.data[index]!));
      expect({ name, close: Math.max(...differences) < 1e-6 * Math.max(1, ...data) }).toEqual({ name, close: true });
    }
  });

  test('a depthwise convolution of two strides is refused by name', async () => {
    const net = new NetworkBuilder('strides', [8, 8, 1]);
    const odd = net.finish(net.dense(net.flatten(net.separableConv2D(net.input, 4)), { units: 3 }));
    odd.config.layers.find(({ class_name: name }) => name === 'SeparableConv2D')!.config['strides'] = [1, 2];
    await expect((await presentEngine()).compile(odd, hashedWeights(odd), options)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringMatching(/"separable_conv2d_1".*1x2/),
    });
  });
});
