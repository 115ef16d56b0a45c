/** The files of a run folder that training writes, each replaced whole. docs/run-folder.md describes them for people. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FerError } from '../errors.js';
import { makeFolder, removeLeftovers, replaceFile } from '../files.js';
import { writeKerasH5 } from '../model/formats/keras/kerasH5.js';
import { writeLayersModel } from '../model/formats/layers/layersFormat.js';
import type { LayersConfig, ModelFile, NamedWeights } from '../model/modelFile.js';
import { formatHistory } from './history.js';
import { describeModel } from './modelCard.js';
import { lockRun } from './runLock.js';
import { parseRunRecord, type RunRecord } from './runRecord.js';
import type { TrainingPosition } from './trainingPosition.js';
import { decodeState, encodeState, type TrainingState } from './trainingState.js';

/** Names in a run folder. */
export const runFiles = {
  record: 'run.json',
  history: 'history.csv',
  model: 'model.json',
  keras: 'model.h5',
  state: 'state',
} as const;

/** In `state/`: one file, so that a rename replaces the state as a whole. */
const stateFile = 'training.bin';

/** Files that only the process that trains here writes. */
const ownFiles = /^(run\.json|history\.csv|model\.(json|h5)|weights.*\.bin|training\.bin)$/;

/**
 * Makes the folder when it is missing, keeps other processes from training in it, and removes what a killed one left half
 * written. Returns what lets others in again. Throws RUN_EXISTS while another process trains here, WRITE_FAILED.
 */
export async function openRunFolder(folder: string): Promise<() => Promise<void>> {
  const stateFolder = join(folder, runFiles.state);
  const unlock = await makeAndLock(stateFolder);
  const leftovers = { of: (name: string) => ownFiles.test(name), ofAnyAge: true };
  for (const place of [folder, stateFolder]) await removeLeftovers(place, leftovers);
  return unlock;
}

async function makeAndLock(stateFolder: string): Promise<() => Promise<void>> {
  try {
    await makeFolder(stateFolder);
    return await lockRun(stateFolder);
  } catch (cause) {
    if (cause instanceof FerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FerError('WRITE_FAILED', `Cannot write in ${stateFolder}: ${reason}. Choose another folder.`, { cause });
  }
}

/** Replaces the state that resuming begins from. */
export async function writeState(folder: string, state: TrainingState): Promise<void> {
  await replaceFile(join(folder, runFiles.state, stateFile), encodeState(state));
}

/** The last complete state; undefined when the run was killed before its first. Throws RUN_INVALID when it is damaged. */
export async function readState(folder: string): Promise<TrainingState | undefined> {
  const path = join(folder, runFiles.state, stateFile);
  const bytes = await readIfPresent(path);
  return bytes === undefined ? undefined : decodeState(bytes, path);
}

/** Replaces run.json. */
export async function writeRunRecord(folder: string, record: RunRecord): Promise<void> {
  await replaceFile(join(folder, runFiles.record), `${JSON.stringify(record, null, 2)}\n`);
}

/** Reads run.json. Throws RUN_INVALID when it is missing or not written by a version of this format. */
export async function readRunRecord(folder: string): Promise<RunRecord> {
  const path = join(folder, runFiles.record);
  const bytes = await readIfPresent(path);
  if (bytes === undefined) {
    throw new FerError(
      'RUN_INVALID',
      `Expected a run folder with ${runFiles.record}; ${folder} has none. Check the path.`,
    );
  }
  return parseRunRecord(bytes.toString('utf8'), path);
}

/** What a run has to show so far. */
export interface Outcome {
  readonly record: RunRecord;
  readonly position: TrainingPosition;
  readonly network: LayersConfig;
  /** Null leaves the model files as they are. */
  readonly bestWeights: NamedWeights | null;
}

/** Replaces history.csv, the model files when there are weights, and at last run.json, whose status speaks for all of them. */
export async function writeOutcome(folder: string, outcome: Outcome): Promise<void> {
  const { record, position, network, bestWeights } = outcome;
  await replaceFile(join(folder, runFiles.history), formatHistory(position.history));
  if (bestWeights) {
    const model: ModelFile = { config: network, weights: bestWeights, card: describeModel(record, network) };
    await writeLayersModel(folder, model);
    await writeKerasH5(join(folder, runFiles.keras), model);
  }
  await writeRunRecord(folder, record);
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FerError('RUN_INVALID', `Cannot read ${path}: ${reason}.`, { cause });
  }
}
