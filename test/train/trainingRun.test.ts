import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { chooseEngine } from '../../src/engine/chooseEngine.js';
import { buildArchitecture } from '../../src/model/architectures.js';
import { initialiseWeights } from '../../src/model/initialiseWeights.js';
import { Random } from '../../src/random.js';
import { beginRecord } from '../../src/train/runRecord.js';
import { loadTrainingData } from '../../src/train/trainingData.js';
import { firstPosition } from '../../src/train/trainingPosition.js';
import { TrainingRun } from '../../src/train/trainingRun.js';
import { makeFaces, smallConfig } from './smallRun.js';

/** Threads of this process, those of the engine included, which keep nothing alive and so are in no list of Node's. */
const countThreads = (): number => readdirSync('/proc/self/task').length;

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('a state that does not fit the network leaves no thread behind', async () => {
  const { folder, data: path } = await makeFaces();
  const config = smallConfig(path, { threads: 3 });
  const data = await loadTrainingData(config, 48);
  const network = buildArchitecture('mini-xception', { inputShape: [48, 48, 1], classes: 7, l2: 0.01 });
  const optimizer = { step: 1, slots: {} };
  const weights = initialiseWeights(network, new Random(1));
  const state = { position: firstPosition(config), weights, optimizer, bestWeights: null };
  const start = { network, weights, remarks: [] };
  const record = beginRecord(config, data.record, { parameters: 1, engine: { name: 'wasm', threads: 3 } });
  const listener = (): void => undefined;
  const chosen = await chooseEngine('wasm');
  const threadsBefore = countThreads();
  const attempt = TrainingRun.open({ folder: join(folder, 'run'), record, start, data, chosen, state, listener });
  await expect(attempt).rejects.toThrow();
  expect(countThreads()).toBe(threadsBefore);
  await rm(folder, { recursive: true, force: true });
});
