/** Runs that begin with another model: frozen, released, with a head of their own, interrupted and resumed. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wasmEngine } from '../../src/engine/wasm.js';
import { adaptHead } from '../../src/model/classifierHead.js';
import { readLayersModel, writeLayersModel } from '../../src/model/formats/layers/layersFormat.js';
import { initialiseWeights } from '../../src/model/initialiseWeights.js';
import { modelHash } from '../../src/model/modelHash.js';
import type { ModelFile, NamedWeights } from '../../src/model/modelFile.js';
import { frozenLayers, withFrozenLayers } from '../../src/model/trainability.js';
import { Random } from '../../src/random.js';
import type { PartialTrainConfig } from '../../src/train/config.js';
import type { TrainingEvent } from '../../src/train/events.js';
import { readRunRecord, readState } from '../../src/train/runFolder.js';
import { resumeTraining, train, type TrainingResult } from '../../src/train/trainer.js';
import { everyStep, makeFaces, readBits, smallConfig } from './smallRun.js';

let folder: string;
let data: string;
/** A tiny-Xception of 32x32 pixels, trained for an epoch on other faces. */
let origin: ModelFile;
let init: string;

beforeAll(async () => {
  ({ folder, data } = await makeFaces());
  init = join(folder, 'origin');
  const others = await makeFaces(2);
  process.env['FER_CACHE_DIR'] = join(folder, 'cache');
  const settings = { arch: 'tiny-xception', inputSize: 32, epochs: 1, seed: 9 } as const;
  await train(smallConfig(others.data, settings), { runFolder: init, listener: () => undefined });
  await rm(others.folder, { recursive: true });
  origin = await readLayersModel(init);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Told {
  readonly result: TrainingResult;
  readonly remarks: readonly string[];
}

/** Fine-tunes into the run `name`; with `until`, interrupts after so many batches of an epoch, as Ctrl-C does. */
async function fineTune(
  name: string,
  partial: PartialTrainConfig = {},
  until?: readonly [epoch: number, batch: number],
): Promise<Told> {
  const controller = new AbortController();
  const remarks: string[] = [];
  const listener = (event: TrainingEvent): void => {
    if (event.type === 'remark') remarks.push(event.message);
    if (event.type !== 'checkpoint' || !until) return;
    if (event.epoch === until[0] && event.batch >= until[1]) controller.abort();
  };
  const config = smallConfig(data, { init, checkpointSeconds: until ? everyStep : 30, ...partial });
  const result = await train(config, { runFolder: join(folder, name), listener, signal: controller.signal });
  return { result, remarks };
}

async function resume(name: string, threads = 1): Promise<Told> {
  const remarks: string[] = [];
  const listener = (event: TrainingEvent): void => {
    if (event.type === 'remark') remarks.push(event.message);
  };
  return { result: await resumeTraining(join(folder, name), { listener, changes: { threads } }), remarks };
}

const isHead = (name: string): boolean => name.startsWith('conv2d_7/');

/** Names of the weights that are not the same to the bit. */
function changed(before: NamedWeights, after: NamedWeights): string[] {
  return [...before]
    .filter(([name, { data: old }]) => after.get(name)!.data.some((value, i) => value !== old[i]))
    .map(([name]) => name);
}

describe('a run with --init', () => {
  test('begins with the weights of the model, at its size', async () => {
    const { remarks } = await fineTune('plain', { epochs: 1 }, [1, 0]);
    const state = (await readState(join(folder, 'plain')))!;
    expect(changed(origin.weights, state.weights)).toEqual([]);
    expect(state.network).toEqual(origin.config);
    expect(remarks).toEqual([
      `Begins with tiny-xception (weights ${modelHash(origin.weights).slice(0, 12)}) of ${init}.`,
    ]);
    const record = await readRunRecord(join(folder, 'plain'));
    expect(record.config).toMatchObject({ init, arch: null, inputSize: null });
    expect(record.init).toEqual({
      path: init,
      hash: modelHash(origin.weights),
      name: 'tiny-xception',
      licence: origin.card.licence,
      classNames: origin.card.classNames,
      scaling: 'minus-one-to-one',
      head: 'kept',
    });
  });

  test('goes on without the file, also from before the first step', async () => {
    const copy = join(folder, 'copy');
    await writeLayersModel(copy, origin);
    await fineTune('orphan', { epochs: 1, init: copy }, [1, 0]);
    await rm(copy, { recursive: true });
    await resume('orphan');
    await fineTune('parented', { epochs: 1 });
    const [orphan, parented] = await Promise.all(['orphan', 'parented'].map((name) => readBits(join(folder, name))));
    expect(orphan!.weights).toEqual(parented!.weights);
  });

  test('leaves what is frozen to the bit, moving averages too, and saves a model in which all is trainable', async () => {
    await fineTune('frozen', { epochs: 1, freeze: ['*'] });
    const model = await readLayersModel(join(folder, 'frozen'));
    const moved = changed(origin.weights, model.weights);
    expect(moved).toEqual([...origin.weights.keys()].filter(isHead));
    expect(frozenLayers(model.config)).toEqual([]);
    const state = (await readState(join(folder, 'frozen')))!;
    expect([...state.optimizer.slots['firstMoments']!.keys()].filter((name) => !isHead(name))).toEqual([]);
    expect((await readRunRecord(join(folder, 'frozen'))).frozenLayers).toHaveLength(
      new Set([...origin.weights.keys()].map((name) => name.split('/')[0])).size - 1,
    );
    expect(model.card.description).toMatch(
      /begun with tiny-xception \(weights \w{12}, origin, licence: .*\); conv2d_1, .* frozen; /,
    );
  });

  test('does not move a weight whose rate is almost nothing as it moves the others', async () => {
    await fineTune('slow', { epochs: 1, layerRates: { 'conv2d_*': 1e-30 }, optimizer: 'sgd' });
    const { weights } = (await readState(join(folder, 'slow')))!;
    const still = [...origin.weights.keys()].filter((name) => !changed(origin.weights, weights).includes(name));
    expect(still.length).toBeGreaterThan(0);
    expect(still.every((name) => /^conv2d_[1-6]\//.test(name))).toBe(true);
  });
});

describe('freezing until an epoch', () => {
  const staged = {
    freeze: ['conv2d_1', 'batch_normalization_*', 'separable_conv2d_?'],
    unfreezeAt: 2,
    layerRates: { 'separable_*': 0.5, conv2d_7: 2 },
    optimizer: 'adamw',
    ema: 0.9,
    clipNorm: 1,
    schedule: 'cosine',
  } as const;

  test('lets all layers train from its beginning, and the result does not depend on threads or interruptions', async () => {
    const whole = await fineTune('whole', staged);
    const released = whole.remarks.at(-1)!;
    expect(released).toMatch(/^From epoch 2 on these train too: conv2d_1, batch_normalization_1, /);
    const bits = await readBits(join(folder, 'whole'));
    expect(Object.keys(bits.slots)).toEqual(['firstMoments', 'secondMoments', 'averages']);
    expect(Object.keys(bits.slots['firstMoments']!)).toContain('conv2d_1/kernel');
    const { optimizer, weights } = (await readState(join(folder, 'whole')))!;
    expect(optimizer.startedAt?.get('conv2d_1/kernel')).toBe(8); // the batches of the first epoch
    expect(optimizer.startedAt?.has('conv2d_2/kernel')).toBe(false);
    expect(changed(origin.weights, weights)).toContain('conv2d_1/kernel');

    const places = { before: [1, 3], between: [2, 0], behind: [2, 3] } as const;
    for (const [name, until] of Object.entries(places)) {
      const { result } = await fineTune(name, staged, until);
      expect(result.reason).toBe('interrupted');
      const { remarks } = await resume(name, name === 'behind' ? 1 : 2);
      expect({ name, remarks }).toEqual({ name, remarks: name === 'behind' ? [] : [released] });
      expect({ name, bits: await readBits(join(folder, name)) }).toEqual({ name, bits });
    }
  });

  test('is the first epoch of a frozen run, and differs from it afterwards', async () => {
    const [frozen, staged] = [
      { freeze: ['*'], epochs: 2 },
      { freeze: ['*'], epochs: 2, unfreezeAt: 2 },
    ];
    const [one, two] = [await fineTune('never', frozen), await fineTune('later', staged)];
    const losses = [one, two].map(({ result }) => result.history.map(({ loss }) => loss));
    expect(losses[1]![0]).toBe(losses[0]![0]);
    expect(losses[1]![1]).not.toBe(losses[0]![1]);
  });
});

describe('the head', () => {
  /** Writes `model` into a new folder and gives its path. */
  async function written(name: string, model: ModelFile): Promise<string> {
    await writeLayersModel(join(folder, name), model);
    return join(folder, name);
  }

  test('of other classes gives way to a new one, drawn from the seed', async () => {
    const to = ['calm', 'loud', 'other'];
    const three = adaptHead(origin, { from: origin.card.classNames, to }, new Random(1));
    const path = await written('three', { ...three, card: { ...origin.card, classNames: to } });
    const { remarks } = await fineTune('new-head', { init: path, epochs: 1 }, [1, 0]);
    expect(remarks).toEqual([
      expect.stringMatching(
        /its head, of the classes calm, loud, other, gives way to a new one for angry, disgust, .*neutral\.$/,
      ),
    ]);
    const { weights, network } = (await readState(join(folder, 'new-head')))!;
    expect(changed(origin.weights, weights).every(isHead)).toBe(true);
    const fresh = initialiseWeights(network!, new Random(42));
    for (const [name, weight] of weights)
      if (isHead(name)) expect({ name, weight }).toEqual({ name, weight: fresh.get(name) });
    expect((await readRunRecord(join(folder, 'new-head'))).init).toMatchObject({ head: 'replaced', classNames: to });
    await resume('new-head');
    const model = await readLayersModel(join(folder, 'new-head'));
    expect(model.card.classNames).toEqual(origin.card.classNames);
    expect(model.card.description).toMatch('with a new head;');
  });

  test('of the same classes in another order is put in the order of the data', async () => {
    const to = [...origin.card.classNames].reverse();
    const reversed = adaptHead(origin, { from: origin.card.classNames, to }, new Random(1));
    expect(reversed.head).toBe('reordered');
    const path = await written('reversed', { ...reversed, card: { ...origin.card, classNames: to } });
    const pixels = Float32Array.from({ length: 32 * 32 }, (_, i) => Math.sin(i));
    const answers = await Promise.all(
      [origin, reversed].map(async ({ config, weights }) => {
        const model = await wasmEngine.compile(config, weights, {
          batchSize: 1,
          threads: 1,
          seed: 0,
          inferenceOnly: true,
        });
        const answer = await model.predict(pixels, 1);
        await model.close();
        return [...answer];
      }),
    );
    expect(answers[1]).toEqual(answers[0]!.reverse());
    const { remarks } = await fineTune('back', { init: path, epochs: 1 }, [1, 0]);
    expect(remarks).toEqual([
      expect.stringMatching(/outputs are put in the order of the data's classes, angry, disgust/),
    ]);
    expect(changed(origin.weights, (await readState(join(folder, 'back')))!.weights)).toEqual([]);
  });

  test('flags of the file are told, and not taken over', async () => {
    const path = await written('flags', { ...origin, config: withFrozenLayers(origin.config, ['conv2d_1']) });
    const { remarks } = await fineTune('unflagged', { init: path, epochs: 1 });
    expect(remarks[1]).toMatch(/trainable false is not kept: say what to freeze with --freeze \(conv2d_1\)/);
    expect(changed(origin.weights, (await readState(join(folder, 'unflagged')))!.weights)).toContain('conv2d_1/kernel');
  });
});

describe('what does not fit is refused before the first step', () => {
  test.each<[string, PartialTrainConfig, string, RegExp]>([
    [
      'another architecture',
      { arch: 'mini-xception' },
      'CONFIG_INVALID',
      /arch: expected the network of .*"tiny-xception", which is no mini-xception/,
    ],
    [
      'another size',
      { inputSize: 48 },
      'CONFIG_INVALID',
      /the file says an input of 32x32, the setting says input size 48/,
    ],
    [
      'a pattern without layers',
      { freeze: ['dense_*'] },
      'CONFIG_INVALID',
      /freeze: expected "dense_\*".*got none.*conv2d_1/,
    ],
    ['all layers', { freeze: ['*', 'conv2d_7'] }, 'CONFIG_INVALID', /expected to leave a layer to train/],
    ['no file', { init: 'nowhere' }, 'MODEL_NOT_FOUND', /nowhere/],
  ])('%s', async (_, partial, code, message) => {
    const attempt = fineTune('refused', partial);
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringMatching(message) as unknown });
    await expect(readFile(join(folder, 'refused', 'run.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('its own architecture and size may be named', async () => {
    const { result } = await fineTune('named', { arch: 'tiny-xception', inputSize: 32, epochs: 1 }, [1, 0]);
    expect(result.reason).toBe('interrupted');
  });

  test('without its state, a run goes on with the same model only', async () => {
    const path = join(folder, 'moving');
    await writeLayersModel(path, origin);
    await fineTune('stateless', { init: path, epochs: 1 }, [1, 0]);
    await rm(join(folder, 'stateless', 'state'), { recursive: true });
    const other = new Map(origin.weights).set('conv2d_7/bias', { shape: [7], data: new Float32Array(7).fill(1) });
    await writeLayersModel(path, { ...origin, weights: other });
    await expect(resume('stateless')).rejects.toMatchObject({ code: 'RUN_INVALID' });
    await writeLayersModel(path, origin);
    expect((await resume('stateless')).result.reason).toBe('finished');
  });
});
