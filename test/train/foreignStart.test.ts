/** Runs that begin with a network of others, whose file has no card: trained in its scaling, in the data's order of classes. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { augmentOff } from '../../src/augment/augmentConfig.js';
import type { Usage } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/loadDataset.js';
import { selectUsage } from '../../src/data/select.js';
import { wasmEngine } from '../../src/engine/wasm.js';
import { evaluate } from '../../src/eval/evaluation.js';
import type { EvaluationReport } from '../../src/eval/evaluationReport.js';
import type { CardAssumptions } from '../../src/model/formats/completeCard.js';
import { labelOrders } from '../../src/model/formats/labelOrders.js';
import { readLayersModel } from '../../src/model/formats/layers/layersFormat.js';
import { readModel } from '../../src/model/formats/readModel.js';
import { initialiseWeights } from '../../src/model/initialiseWeights.js';
import type { CardMetric } from '../../src/model/modelFile.js';
import { Random } from '../../src/random.js';
import { scalings } from '../../src/scaling.js';
import type { PartialTrainConfig } from '../../src/train/config.js';
import { readRunRecord } from '../../src/train/runFolder.js';
import { resumeTraining, train } from '../../src/train/trainer.js';
import { chain } from '../model/fixtureModel.js';
import { writeStored } from '../model/formats/layers/storedFiles.js';
import { everyStep, makeFaces, readBits, smallConfig } from './smallRun.js';

let folder: string;
let data: string;

beforeAll(async () => {
  ({ folder, data } = await makeFaces());
  await writeForeign('fixed', [48, 48, 1]);
  await writeForeign('open', [null, null, 1]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * A convolution of pixels with a head for seven classes, as a program that knows nothing of cards would write it; weights so small that
 * grey levels as they are do not drive a probability to 0.
 */
async function writeForeign(name: string, inputShape: readonly unknown[]): Promise<void> {
  const config = chain(inputShape as number[], [
    ['Conv2D', { filters: 8, kernel_size: 5, strides: 4, activation: 'relu' }],
    ['GlobalAveragePooling2D', {}],
    ['Dense', { units: 7, activation: 'softmax' }],
  ]);
  const weights = [...initialiseWeights(config, new Random(11))];
  for (const [, { data: values }] of weights) values.forEach((value, i) => (values[i] = 0.2 * value));
  const specs = weights.map(([weight, { shape }]) => ({ name: weight, shape, dtype: 'float32' }));
  const bytes = Buffer.concat(weights.map(([, { data: values }]) => Buffer.from(values.slice().buffer)));
  const json = { modelTopology: config, weightsManifest: [{ paths: ['weights.bin'], weights: specs }] };
  await mkdir(join(folder, name));
  await writeStored(join(folder, name), json, { 'weights.bin': bytes });
}

/** Fine-tunes into the run `name`; with `until`, interrupts after so many batches of an epoch. */
async function fineTune(
  name: string,
  partial: PartialTrainConfig,
  until?: readonly [epoch: number, batch: number],
): Promise<{ readonly remarks: readonly string[]; readonly losses: readonly number[] }> {
  const controller = new AbortController();
  const remarks: string[] = [];
  const config = smallConfig(data, {
    init: join(folder, 'fixed'),
    checkpointSeconds: until ? everyStep : 30,
    ...partial,
  });
  const { history } = await train(config, {
    runFolder: join(folder, name),
    signal: controller.signal,
    listener: (event) => {
      if (event.type === 'remark') remarks.push(event.message);
      if (event.type !== 'checkpoint' || !until) return;
      if (event.epoch === until[0] && event.batch >= until[1]) controller.abort();
    },
  });
  return { remarks, losses: history.map(({ loss }) => loss) };
}

/** What `fer eval` says of a model. */
async function evaluateFile(
  name: string,
  assumptions: CardAssumptions = {},
  split: Usage = 'PublicTest',
): Promise<EvaluationReport> {
  const { model } = await readModel(join(folder, name), assumptions);
  const options = { batchSize: 8, threads: 1, seed: 0, inferenceOnly: true };
  const compiled = await wasmEngine.compile(model.config, model.weights, options);
  const { dataset } = await loadDataset(data, { skipBadRows: false });
  const rows = { dataset: selectUsage(dataset, split), split };
  const report = await evaluate({ compiled, card: model.card, ...rows, batchSize: 8 });
  await compiled.close();
  return report;
}

/** The same figures as the metric of a card. */
function metricOf({ split, count, accuracy, interval, macro, loss }: EvaluationReport): CardMetric {
  return { split, count, accuracy, interval, macroF1: macro.f1, loss };
}

async function cardOf(run: string): Promise<Awaited<ReturnType<typeof readLayersModel>>['card']> {
  return (await readLayersModel(join(folder, run))).card;
}

/** Steps so short that no weight moves: what is validated is the file itself. */
const still = { epochs: 1, optimizer: 'sgd', learningRate: 1e-30 } as const;

describe('a run that begins with a file without a card', () => {
  test('validates what fer eval measures of the file, in every scaling', async () => {
    const losses = new Set<number>();
    for (const scaling of scalings) {
      await fineTune(`still-${scaling}`, { ...still, scaling });
      const expected = metricOf(await evaluateFile('fixed', { scaling }));
      const { metrics, scaling: written } = await cardOf(`still-${scaling}`);
      expect({ scaling: written, metrics }).toEqual({ scaling, metrics: [expected] });
      losses.add(expected.loss);
    }
    expect(losses.size).toBe(3); // the network can tell them apart
  });

  test('gives a model that says its scaling, to predict without a word', async () => {
    const { remarks } = await fineTune('shares', { scaling: 'zero-to-one', epochs: 2 });
    expect(remarks[1]).toMatch(/fixed \(.*\) has no model card\. Assumed: labels angry.* As told: scaling zero-to-one/);
    expect(await cardOf('shares')).toMatchObject({ name: 'fixed', scaling: 'zero-to-one' });
    const record = await readRunRecord(join(folder, 'shares'));
    expect(record.config).toMatchObject({ scaling: 'zero-to-one', labels: null });
    expect(record.init).toMatchObject({ name: 'fixed', scaling: 'zero-to-one', head: 'kept' });
    expect([metricOf(await evaluateFile('shares'))]).toEqual(record.metrics);
  });

  test('trains in that scaling: the first loss is that of the file', async () => {
    for (const scaling of scalings) {
      const { losses } = await fineTune(`first-${scaling}`, { ...still, scaling, augment: augmentOff, batchSize: 63 });
      const { loss } = await evaluateFile('fixed', { scaling }, 'Training');
      expect(losses[0]).toBeCloseTo(loss, 5);
    }
  });

  test('is the same to the bit when it is interrupted and the file is gone', async () => {
    const settings = { scaling: 'zero-to-one', epochs: 2, augment: { randomErasing: 0.5, mixup: 0.2 } } as const;
    await fineTune('whole', settings);
    await writeForeign('lost', [48, 48, 1]);
    await fineTune('halved', { ...settings, init: join(folder, 'lost') }, [1, 3]);
    await rm(join(folder, 'lost'), { recursive: true });
    await resumeTraining(join(folder, 'halved'), { listener: () => undefined });
    const [whole, halved] = await Promise.all(['whole', 'halved'].map((name) => readBits(join(folder, name))));
    expect({ ...halved, card: undefined }).toEqual({ ...whole, card: undefined });
    expect(halved!.card).toMatchObject({ scaling: 'zero-to-one', name: 'lost' });
  });

  test('puts its outputs in the order of the data, in whatever words they are told', async () => {
    for (const labels of ['alphabetical', 'hsemotion-7', 'raf-db'] as const) {
      const { remarks } = await fineTune(`ordered-${labels}`, { ...still, labels, scaling: 'none' });
      expect(remarks[0]).toMatch(/outputs are put in the order of the data's classes, angry, disgust/);
      const report = await evaluateFile('fixed', { labels: labelOrders[labels], scaling: 'none' });
      expect((await cardOf(`ordered-${labels}`)).metrics).toEqual([metricOf(report)]);
      const { config, init } = await readRunRecord(join(folder, `ordered-${labels}`));
      expect([config.labels, init!.classNames]).toEqual([labelOrders[labels], labelOrders[labels]]);
    }
  });

  test('takes the size that the file leaves open', async () => {
    await fineTune('sized', { ...still, init: join(folder, 'open'), inputSize: 40, scaling: 'zero-to-one' });
    expect((await cardOf('sized')).inputShape).toEqual([40, 40, 1]);
    const report = await evaluateFile('open', { inputSize: 40, scaling: 'zero-to-one' });
    expect((await cardOf('sized')).metrics).toEqual([metricOf(report)]);
  });

  test('goes on in its scaling from a run of its own', async () => {
    await fineTune('again', { ...still, init: join(folder, 'still-zero-to-one') });
    const [one, two] = [await cardOf('still-zero-to-one'), await cardOf('again')];
    expect(two).toMatchObject({ scaling: 'zero-to-one', metrics: one.metrics });
  });
});

describe('what is said of a file is refused before the first step', () => {
  test.each<[string, string, PartialTrainConfig, RegExp]>([
    [
      'where its card says another scaling',
      'still-none',
      { scaling: 'zero-to-one' },
      /card says scaling none, .* zero-to-one/,
    ],
    [
      'where its card says other classes',
      'still-none',
      { labels: 'raf-db' },
      /card says classes angry, .* labels Surprise/,
    ],
    ['where it says another size', 'fixed', { inputSize: 64 }, /the file says an input of 48x48, .* input size 64/],
    [
      'where it has another number of outputs',
      'fixed',
      { labels: ['no', 'yes'] },
      /a label for each of its 7 outputs, got 2/,
    ],
    ['where a size is missing', 'open', {}, /leaves the size of its input open/],
  ])('%s', async (_, init, partial, message) => {
    await expect(fineTune('refused', { init: join(folder, init), ...partial })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message) as unknown,
    });
  });
});
