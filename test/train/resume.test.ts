import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PartialTrainConfig } from '../../src/train/config.js';
import type { TrainingEvent } from '../../src/train/events.js';
import { warnOfOtherDevice } from '../../src/train/resume.js';
import { readRunRecord } from '../../src/train/runFolder.js';
import type { RunRecord } from '../../src/train/runRecord.js';
import { resumeTraining, train, type ResumeChanges, type TrainingResult } from '../../src/train/trainer.js';
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

/** Trains into `name` and interrupts after `batch` batches of `epoch`, as Ctrl-C does. */
function trainUntil(
  name: string,
  { epoch, batch }: { epoch: number; batch: number },
  partial: PartialTrainConfig = {},
): Promise<TrainingResult> {
  const controller = new AbortController();
  const listener = (event: TrainingEvent): void => {
    if (event.type === 'checkpoint' && event.epoch === epoch && event.batch >= batch) controller.abort();
  };
  const { signal } = controller;
  return train(smallConfig(data, { checkpointSeconds: everyStep, ...partial }), {
    runFolder: join(folder, name),
    listener,
    signal,
  });
}

async function resume(
  name: string,
  changes: ResumeChanges = {},
): Promise<{ result: TrainingResult; warnings: string[] }> {
  const warnings: string[] = [];
  const listener = (event: TrainingEvent): void => {
    if (event.type === 'warning') warnings.push(event.message);
  };
  return { result: await resumeTraining(join(folder, name), { listener, changes }), warnings };
}

describe('resumeTraining', () => {
  test('goes on to the bit after an interruption inside an epoch, whatever the threads', async () => {
    const interrupted = await trainUntil('inside', { epoch: 2, batch: 3 });
    expect(interrupted).toMatchObject({ reason: 'interrupted', bestEpoch: 1 });
    expect(await readRunRecord(join(folder, 'inside'))).toMatchObject({ status: 'interrupted', epochs: 1 });

    const { result } = await resume('inside', { threads: 2 });
    expect(result.reason).toBe('finished');
    expect(await readBits(join(folder, 'inside'))).toEqual(whole);
  });

  test('goes on to the bit with or without wide vectors, and keeps fast as it is', async () => {
    await trainUntil('narrow', { epoch: 2, batch: 3 }, { wide: false });
    await resume('narrow', { wide: true });
    expect(await readBits(join(folder, 'narrow'))).toEqual(whole);
    expect((await readRunRecord(join(folder, 'narrow'))).config).toMatchObject({ wide: true, fast: false });

    await trainUntil('fast', { epoch: 2, batch: 3 }, { fast: true });
    await resume('fast', { wide: false });
    expect((await readRunRecord(join(folder, 'fast'))).config).toMatchObject({ wide: false, fast: true });
    await train(smallConfig(data, { fast: true }), { runFolder: join(folder, 'wholeFast'), listener: silent });
    expect(await readBits(join(folder, 'fast'))).toEqual(await readBits(join(folder, 'wholeFast')));
  });

  test('goes on from before the first step and from an epoch’s end', async () => {
    expect(await trainUntil('start', { epoch: 1, batch: 0 })).toMatchObject({
      reason: 'interrupted',
      bestEpoch: 0,
      metric: undefined,
    });
    await resume('start');
    expect(await readBits(join(folder, 'start'))).toEqual(whole);
    await trainUntil('end', { epoch: 3, batch: 0 });
    await resume('end');
    expect(await readBits(join(folder, 'end'))).toEqual(whole);
  });

  test('more epochs make it the longer run, to the bit', async () => {
    const runFolder = join(folder, 'extended');
    await train(smallConfig(data, { epochs: 1 }), { runFolder, listener: silent });
    await resume('extended', { epochs: 3 });
    expect(await readBits(runFolder)).toEqual(whole);
  });

  test('a cosine run keeps its epochs, and no run gets fewer', async () => {
    await trainUntil('cosine', { epoch: 1, batch: 1 }, { schedule: 'cosine' });
    await expect(resume('cosine', { epochs: 4 })).rejects.toThrow(/cosine schedule/);
    await expect(resume('cosine', { epochs: 2 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('a finished run says so, and files that were lost come back from its state', async () => {
    const runFolder = join(folder, 'whole');
    await rm(join(runFolder, 'model.json'));
    await rm(join(runFolder, 'history.csv'));
    const { result, warnings } = await resume('whole');
    expect(result).toMatchObject({ reason: 'finished' });
    expect(warnings).toEqual([expect.stringContaining('finished its 3 epochs')]);
    expect(await readBits(runFolder)).toEqual(whole);
    expect(await readFile(join(runFolder, 'history.csv'), 'utf8')).toMatch(/^epoch,loss/);
  });

  test('other data is refused, the same data elsewhere is not', async () => {
    await trainUntil('moved', { epoch: 1, batch: 1 });
    const copy = join(folder, 'copy.csv');
    const text = await readFile(data);
    await writeFile(copy, text);
    await appendFile(copy, text.subarray(text.indexOf('\n') + 1));
    await expect(resume('moved', { data: copy })).rejects.toMatchObject({ code: 'DATA_INVALID' });
    await writeFile(copy, text);
    expect((await resume('moved', { data: copy })).result.reason).toBe('finished');
  });

  test('a run that another version trained warns, and its record keeps both', async () => {
    await trainUntil('older', { epoch: 2, batch: 3 });
    const path = join(folder, 'older', 'run.json');
    const { versions, ...record } = await readRunRecord(join(folder, 'older'));
    const older = { ...versions, node: '20.0.0' };
    await writeFile(path, JSON.stringify({ ...record, versions: older }));
    expect((await resume('older')).warnings).toEqual([
      expect.stringMatching(`on Node 20\\.0\\.0, ${versions.platform} so far, this is .* on Node ${versions.node}`),
    ]);
    const resumed = await readRunRecord(join(folder, 'older'));
    expect([resumed.versions, resumed.resumed]).toEqual([older, [{ epoch: 2, versions }]]);
  });

  test('a run that another process trains is left alone', async () => {
    await trainUntil('busy', { epoch: 1, batch: 1 });
    const lock = join(folder, 'busy', 'state', `process-${process.ppid}.lock`); // whoever started this process lives
    await writeFile(lock, '');
    await expect(resume('busy')).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    await rm(lock);
    expect((await resume('busy')).warnings).toEqual([]);
    expect(await readdir(join(folder, 'busy', 'state'))).toEqual(['training.bin']);
  });

  test('another engine is refused, and the one that trained so far goes on whatever was asked for at first', async () => {
    await trainUntil('named', { epoch: 2, batch: 3 });
    await expect(resume('named', { engine: 'cuda' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /^engine: expected wasm, which trained the run so far; got cuda\. .* without --engine/,
      ),
    });
    const path = join(folder, 'named', 'run.json');
    const record = await readRunRecord(join(folder, 'named'));
    // As `--engine auto` leaves it on a machine where it took wasm.
    await writeFile(path, JSON.stringify({ ...record, config: { ...record.config, engine: 'auto' } }));
    await resume('named', { engine: 'auto' });
    expect(await readBits(join(folder, 'named'))).toEqual(whole);
    const resumed = await readRunRecord(join(folder, 'named'));
    expect([resumed.config.engine, resumed.engine]).toEqual(['auto', { name: 'wasm', threads: 1 }]);
  });

  test('another device warns, and the same one does not', async () => {
    const record = await readRunRecord(join(folder, 'whole'));
    const on = (device: string): RunRecord => ({ ...record, engine: { name: 'cuda', threads: 1, device } });
    const warnings: TrainingEvent[] = [];
    warnOfOtherDevice(on('NVIDIA H200'), on('NVIDIA H200'), (event) => warnings.push(event));
    warnOfOtherDevice(record, record, (event) => warnings.push(event));
    expect(warnings).toEqual([]);
    warnOfOtherDevice(on('NVIDIA H200'), on('NVIDIA L4'), (event) => warnings.push(event));
    expect(warnings).toEqual([
      { type: 'warning', message: expect.stringMatching(/on NVIDIA H200 so far, this is NVIDIA L4: .* last bits\.$/) },
    ]);
  });

  test('an engine that is not here any more ends the resume before anything is read', async () => {
    await trainUntil('gone', { epoch: 1, batch: 1 });
    const path = join(folder, 'gone', 'run.json');
    const record = await readRunRecord(join(folder, 'gone'));
    const engine = { name: 'abacus', threads: 1 };
    await writeFile(path, JSON.stringify({ ...record, engine }));
    await expect(resume('gone')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/^Engine abacus cannot run here\. /),
    });
  });

  test('no run, a damaged state and a diverged run are refused', async () => {
    await expect(resume('nothing')).rejects.toMatchObject({ code: 'RUN_INVALID' });
    await trainUntil('damaged', { epoch: 1, batch: 1 });
    await appendFile(join(folder, 'damaged', 'state', 'training.bin'), 'x');
    await expect(resume('damaged')).rejects.toThrow(/checksum/);
    await expect(trainUntil('diverged', { epoch: 9, batch: 9 }, { learningRate: 1e30 })).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
    });
    await expect(resume('diverged')).rejects.toThrow(/diverged/);
  });
});
