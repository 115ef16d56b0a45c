/** An engine that works while this thread goes on, as a GPU does: the run is the same to the bit as one whose steps answer at once. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CompiledModel, Engine, TrainingBatch } from '../../src/engine/engine.js';
import { wasmEngine } from '../../src/engine/wasm.js';
import type { PartialTrainConfig } from '../../src/train/config.js';
import type { TrainingEvent, TrainingListener } from '../../src/train/events.js';
import { readState } from '../../src/train/runFolder.js';
import { beginRecord } from '../../src/train/runRecord.js';
import { openStartingModel } from '../../src/train/startingModel.js';
import { resumeTraining, train } from '../../src/train/trainer.js';
import { loadTrainingData } from '../../src/train/trainingData.js';
import { endOf } from '../../src/train/trainingPosition.js';
import { TrainingRun } from '../../src/train/trainingRun.js';
import { everyStep, makeFaces, readBits, smallConfig, type RunBits } from './smallRun.js';

const silent = (): void => undefined;
let folder: string;
let data: string;
let whole: RunBits;
beforeAll(async () => {
  ({ folder, data } = await makeFaces());
  await train(smallConfig(data), { runFolder: join(folder, 'whole'), listener: silent });
  whole = await readBits(join(folder, 'whole'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The wasm engine behind a queue: steps are made 2 ms after their call, and no other call may come while one waits. */
class LateEngine implements Engine {
  readonly name = 'late';
  /** Steps that were called and not answered, at most. */
  mostWaiting = 0;
  /** The step that fails, counted from 1. */
  constructor(private readonly failing = Infinity) {}

  async compile(...network: Parameters<Engine['compile']>): Promise<CompiledModel> {
    const model = await wasmEngine.compile(...network);
    let [steps, waiting] = [0, 0];
    let last: Promise<unknown> = Promise.resolve();
    const alone = <T>(call: () => T): T => {
      if (waiting > 0) throw new Error(`${waiting} steps are under way.`);
      return call();
    };
    const trainStep: CompiledModel['trainStep'] = (batch) => {
      const copy = copyOf(batch);
      const number = ++steps;
      this.mostWaiting = Math.max(this.mostWaiting, ++waiting);
      const answer = last.then(async () => {
        await setTimeout(2);
        waiting--;
        if (number === this.failing) throw new Error('The device was lost.');
        return model.trainStep(copy);
      });
      last = answer.catch(() => undefined);
      return answer;
    };
    return {
      trainStep,
      predict: (images, count) => alone(() => model.predict(images, count)),
      regularizationLoss: () => alone(() => model.regularizationLoss()),
      readWeights: () => alone(() => model.readWeights()),
      writeWeights: (weights) => alone(() => model.writeWeights(weights)),
      readAverages: () => alone(() => model.readAverages()),
      readOptimizer: () => alone(() => model.readOptimizer()),
      writeOptimizer: (state) => alone(() => model.writeOptimizer(state)),
      carryOptimizer: (state) => alone(() => model.carryOptimizer(state)),
      close: () => alone(() => model.close()),
    };
  }
}

/** The pipeline's memory is only ours until the call returns. */
function copyOf({ images, labels, ...rest }: TrainingBatch): TrainingBatch {
  return { ...rest, images: images.slice(), labels: labels.slice() };
}

interface LateRun {
  readonly name: string;
  readonly engine: Engine;
  readonly partial?: PartialTrainConfig;
  readonly listener?: TrainingListener;
  readonly signal?: AbortSignal;
}

/** Trains as `train` does, but on `engine`. */
async function trainOn({ name, engine, partial = {}, listener = silent, signal }: LateRun): Promise<string> {
  const config = smallConfig(data, partial);
  const start = await openStartingModel(config);
  const rows = await loadTrainingData(config, 48);
  const chosen = { name: 'wasm', engine } as const;
  const record = beginRecord(config, rows.record, { parameters: 58_423, engine: { name: 'wasm', threads: 1 } });
  const runFolder = join(folder, name);
  const told = { folder: runFolder, record, start: start.forClasses(rows.record.classNames), data: rows, chosen };
  const run = await TrainingRun.open({ ...told, state: undefined, listener, ...(signal && { signal }) });
  try {
    await run.begin();
    while (endOf(run.config, run.position) === undefined && !signal?.aborted) {
      await run.trainEpoch();
      if (run.position.batch === run.batchesPerEpoch) await run.finishEpoch();
    }
    if (endOf(run.config, run.position) === undefined) await run.interrupt();
    return runFolder;
  } finally {
    await run.close();
  }
}

describe('steps that are answered late', () => {
  test('have the next one waiting behind them, and come to the same bits', async () => {
    const engine = new LateEngine();
    expect(await readBits(await trainOn({ name: 'late', engine }))).toEqual(whole);
    expect(engine.mostWaiting).toBe(2);
  });

  test('are all answered before a checkpoint', async () => {
    const places: string[] = [];
    const listener = (event: TrainingEvent): void => {
      if (event.type === 'checkpoint') places.push(`${event.epoch}/${event.batch}`);
    };
    const partial = { checkpointSeconds: everyStep, epochs: 1 };
    const runFolder = await trainOn({ name: 'saved', engine: new LateEngine(), partial, listener });
    expect(places).toEqual(['1/0', '1/1', '1/2', '1/3', '1/4', '1/5', '1/6', '1/7', '1/8', '2/0']);
    await resumeTraining(runFolder, { listener: silent, changes: { epochs: 3 } });
    expect((await readBits(runFolder)).weights).toEqual(whole.weights);
  });

  test('are all answered before the run is interrupted, and it goes on to the bit', async () => {
    const controller = new AbortController();
    const listener = (event: TrainingEvent): void => {
      if (event.type === 'batch' && event.epoch === 2) controller.abort();
    };
    const { signal } = controller;
    const runFolder = await trainOn({ name: 'stopped', engine: new LateEngine(), listener, signal });
    const { position } = (await readState(runFolder))!;
    expect(position).toMatchObject({ epoch: 2, sums: { count: 8 * position.batch } });
    expect(position.batch).toBeGreaterThan(1);
    expect(position.batch).toBeLessThan(8);
    await resumeTraining(runFolder, { listener: silent });
    expect(await readBits(runFolder)).toEqual(whole);
  });

  test('diverge where they do when each is waited for, and the last good state stays', async () => {
    const partial = { learningRate: 1e30 };
    const expected = await train(smallConfig(data, partial), {
      runFolder: join(folder, 'wild'),
      listener: silent,
    }).catch((error: unknown) => error as Error);
    const attempt = trainOn({ name: 'wildLate', engine: new LateEngine(), partial });
    await expect(attempt).rejects.toMatchObject({ code: 'TRAINING_DIVERGED', message: (expected as Error).message });
    expect((await readState(join(folder, 'wildLate')))?.position).toMatchObject({ epoch: 1, batch: 0 });
  });

  test('fail as the engine does, when nothing is under way any more', async () => {
    const attempt = trainOn({ name: 'lost', engine: new LateEngine(3) });
    await expect(attempt).rejects.toThrow('The device was lost.');
  });
});
