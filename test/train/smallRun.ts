/** A run small enough for tests: 84 drawn faces, 63 of them Training, in batches of 8. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classNames, usages, type Dataset } from '../../src/data/dataset.js';
import { selectRows } from '../../src/data/select.js';
import { synthesizeDataset } from '../../src/data/synthesize.js';
import { writeDatasetCsv } from '../../src/data/writeCsv.js';
import type { NamedWeights } from '../../src/model/modelFile.js';
import { readLayersModel } from '../../src/model/formats/layers/layersFormat.js';
import { resolveTrainConfig, type PartialTrainConfig, type TrainConfig } from '../../src/train/config.js';
import { readState } from '../../src/train/runFolder.js';
import type { TrainingPosition } from '../../src/train/trainingPosition.js';

/** A new temporary folder with `faces.csv` in it; the cache of packed data goes there too. */
export async function makeFaces(seed = 1): Promise<{ folder: string; data: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'fer-train-'));
  process.env['FER_CACHE_DIR'] = join(folder, 'cache');
  const data = join(folder, 'faces.csv');
  await writeDatasetCsv(drawFaces(seed), data);
  return { folder, data };
}

/** The same faces in `unbalanced.csv`, but with only 3 of the 9 Training rows of disgust: 57 are left. Gives its path. */
export async function makeUnbalancedFaces(folder: string): Promise<string> {
  const faces = drawFaces(1);
  const isRare = (row: number): boolean =>
    faces.usage[row] === usages.indexOf('Training') && faces.labels[row] === classNames.indexOf('disgust');
  const rows = [...faces.labels.keys()];
  const dropped = rows.filter(isRare).slice(3);
  const data = join(folder, 'unbalanced.csv');
  await writeDatasetCsv(
    selectRows(
      faces,
      rows.filter((row) => !dropped.includes(row)),
    ),
    data,
  );
  return data;
}

function drawFaces(seed: number): Dataset {
  return synthesizeDataset({ count: 84, seed, validationFraction: 1 / 6, testFraction: 1 / 12 });
}

/** For `checkpointSeconds`: a checkpoint after every step. */
export const everyStep = 1e-6;

/** Three short epochs on one thread, of the engine whose bits are the same everywhere. */
export function smallConfig(data: string, partial: PartialTrainConfig = {}): TrainConfig {
  const small = { epochs: 3, batchSize: 8, learningRate: 3e-3, engine: 'wasm', threads: 1 } as const;
  return resolveTrainConfig({ data, ...small, ...partial });
}

/** All that must be the same to the bit in two runs of one configuration: everything but the times. */
export interface RunBits {
  readonly model: Record<string, string>;
  readonly card: unknown;
  readonly weights: Record<string, string>;
  readonly slots: Record<string, Record<string, string>>;
  readonly steps: number;
  readonly position: unknown;
}

/** Reads the bits of a run that has ended. */
export async function readBits(runFolder: string): Promise<RunBits> {
  const model = await readLayersModel(runFolder);
  const state = await readState(runFolder);
  if (!state) throw new Error(`no state in ${runFolder}`);
  return {
    model: bitsOf(model.weights),
    card: model.card,
    weights: bitsOf(state.weights),
    slots: Object.fromEntries(Object.entries(state.optimizer.slots).map(([slot, tensors]) => [slot, bitsOf(tensors)])),
    steps: state.optimizer.step,
    position: withoutTimes(state.position),
  };
}

function bitsOf(weights: NamedWeights): Record<string, string> {
  const hex = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
    Buffer.from(buffer, byteOffset, byteLength).toString('hex');
  return Object.fromEntries([...weights].map(([name, { data }]) => [name, hex(data)]));
}

function withoutTimes(position: TrainingPosition): unknown {
  return JSON.parse(JSON.stringify(position, (key, value: unknown) => (key === 'elapsedMs' ? 0 : value)));
}
