/** Runs on engines that take bytes: batches and validation images reach them as grey levels, and they are told how to scale them. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { augmentOff } from '../../src/augment/augmentConfig.js';
import { scalePixels } from '../../src/data/scaling.js';
import type { CompiledModel, Engine, Images } from '../../src/engine/engine.js';
import { wasmEngine } from '../../src/engine/wasm.js';
import { standardScaling } from '../../src/scaling.js';
import type { PartialTrainConfig } from '../../src/train/config.js';
import type { TrainingEvent } from '../../src/train/events.js';
import { readRunRecord } from '../../src/train/runFolder.js';
import { beginRecord } from '../../src/train/runRecord.js';
import { openStartingModel } from '../../src/train/startingModel.js';
import { resumeTraining, train, type TrainingResult } from '../../src/train/trainer.js';
import { loadTrainingData } from '../../src/train/trainingData.js';
import { endOf } from '../../src/train/trainingPosition.js';
import { TrainingRun } from '../../src/train/trainingRun.js';
import { describeTensorflow } from '../engine/tensorflow/presentTensorflow.js';
import { everyStep, makeFaces, readBits, smallConfig } from './smallRun.js';

const silent = (): void => undefined;
let folder: string;
let data: string;
beforeAll(async () => {
  ({ folder, data } = await makeFaces());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The wasm engine behind a host that scales: what a run on it comes to is known to the bit. */
const scalingEngine: Engine = {
  name: 'scaling',
  takesBytes: true,
  async compile(config, weights, { scaling, ...options }) {
    expect(scaling).toBe(standardScaling);
    const model: CompiledModel = await wasmEngine.compile(config, weights, options);
    const scaled = (images: Images): Float32Array => {
      expect(images).toBeInstanceOf(Uint8Array);
      return scalePixels(images, scaling);
    };
    return {
      ...model,
      trainStep: ({ images, ...batch }) => model.trainStep({ ...batch, images: scaled(images) }),
      predict: (images, count) => model.predict(scaled(images), count),
    };
  },
};

/** Trains as `train` does, but on `scalingEngine`. */
async function trainOnBytes(runFolder: string, partial: PartialTrainConfig): Promise<void> {
  const config = smallConfig(data, partial);
  const model = await openStartingModel(config);
  const rows = await loadTrainingData(config, 48);
  const start = model.forClasses(rows.record.classNames);
  const chosen = { name: 'wasm', engine: scalingEngine } as const;
  const record = beginRecord(config, rows.record, { parameters: 58_423, engine: { name: 'wasm', threads: 1 } });
  const told = { folder: runFolder, record, start, data: rows, chosen, state: undefined };
  const run = await TrainingRun.open({ ...told, listener: silent });
  try {
    await run.begin();
    while (endOf(run.config, run.position) === undefined) {
      await run.trainEpoch();
      await run.finishEpoch();
    }
  } finally {
    await run.close();
  }
}

test('images that nothing changes train and validate as scaled ones do, to the bit', async () => {
  const partial = { epochs: 2, augment: augmentOff };
  const [floats, bytes] = [join(folder, 'floats'), join(folder, 'bytes')];
  await train(smallConfig(data, partial), { runFolder: floats, listener: silent });
  await trainOnBytes(bytes, partial);
  expect(await readBits(bytes)).toEqual(await readBits(floats));
});

describeTensorflow('a run on TensorFlow', () => {
  test('that was interrupted is resumed, and comes to what it would have come to', async () => {
    const [whole, runFolder] = [join(folder, 'whole'), join(folder, 'interrupted')];
    const config = smallConfig(data, { engine: 'tensorflow', epochs: 2, checkpointSeconds: everyStep });
    const expected = await train(config, { runFolder: whole, listener: silent });

    const controller = new AbortController();
    const listener = (event: TrainingEvent): void => {
      if (event.type === 'checkpoint' && event.epoch === 2 && event.batch >= 3) controller.abort();
    };
    const interrupted = await train(config, { runFolder, listener, signal: controller.signal });
    expect(interrupted).toMatchObject({ reason: 'interrupted', bestEpoch: 1 });
    const resumed = await resumeTraining(runFolder, { listener: silent });
    expect(resumed.reason).toBe('finished');
    expect((await readRunRecord(runFolder)).engine).toMatchObject({ name: 'tensorflow' });
    const losses = ({ history }: TrainingResult): number[] =>
      history.flatMap(({ loss, validationLoss }) => [loss, validationLoss]);
    const differences = losses(resumed).map((loss, i) => Math.abs(loss - losses(expected)[i]!));
    expect(differences).toHaveLength(4);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });
});
