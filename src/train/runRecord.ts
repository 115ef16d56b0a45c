/** run.json: what was run, on what, with which result. */
import { arch, platform } from 'node:os';
import type { EngineName } from '../engine/engineNames.js';
import { FerError } from '../errors.js';
import type { CardMetric } from '../model/modelFile.js';
import { standardScaling, type Scaling } from '../scaling.js';
import { version } from '../version.js';
import type { TrainConfig } from './config.js';
import type { TrainingEnd } from './events.js';
import type { InitialModelRecord } from './initialModel.js';
import { elapsedMsOf, type TrainingPosition } from './trainingPosition.js';

/** `running` is also what a killed run says; `--resume` goes on. */
export type RunStatus = 'running' | 'diverged' | TrainingEnd;

/** Images per class, keyed by class name. */
export type ClassCounts = Readonly<Record<string, number>>;

export interface DataRecord {
  /** Absolute, so that a resume finds the file from any folder. */
  readonly path: string;
  /** SHA-256 of the file's bytes. */
  readonly hash: string;
  /** False when the splits were drawn, because the file names none. */
  readonly hasUsage: boolean;
  /** Rows left out. */
  readonly badRows: number;
  /** In the order of the network's outputs. */
  readonly classNames: readonly string[];
  /** As read, before any balancing. */
  readonly splits: { readonly Training: ClassCounts; readonly PublicTest: ClassCounts };
  /** Rows that an epoch trains on, synthetic ones included. */
  readonly trainingRows: number;
  /** The file of the sample weights, absolute, and the SHA-256 of its bytes; absent when all weigh 1. */
  readonly sampleWeights?: { readonly path: string; readonly hash: string };
}

/** What trained: `fer` and `node` by version, `platform` as `linux-x64`. */
export interface Versions {
  readonly fer: string;
  readonly node: string;
  readonly platform: string;
}

/** What computed last; `device` is absent for `wasm`. */
export interface EngineRecord {
  readonly name: EngineName;
  readonly threads: number;
  readonly device?: string;
}

export interface RunRecord {
  readonly format: 1;
  readonly status: RunStatus;
  /** All that the run was told; together with the data it repeats the run. */
  readonly config: TrainConfig;
  readonly seed: number;
  readonly engine: EngineRecord;
  /** Of the process that began the run. */
  readonly versions: Versions;
  /** The processes that went on with it, in order, and the epoch in which each did; absent when none has. */
  readonly resumed?: readonly { readonly epoch: number; readonly versions: Versions }[];
  readonly data: DataRecord;
  readonly parameters: number;
  /** The model that the run began with; absent for a new network. */
  readonly init?: InitialModelRecord;
  /** Layers that are frozen, before `unfreezeAt` of the configuration if there is one; absent when there are none. */
  readonly frozenLayers?: readonly string[];
  /** Epochs finished. */
  readonly epochs: number;
  /** Epoch of the kept weights, from 1; 0 before the first validation. */
  readonly bestEpoch: number;
  /** Of the kept weights; empty before the first validation. */
  readonly metrics: readonly CardMetric[];
  /** Training time, all parts of an interrupted run together. */
  readonly elapsedMs: number;
}

/** What trains, and where. */
export type Beginning = Pick<RunRecord, 'engine' | 'parameters' | 'init' | 'frozenLayers'>;

/** The record of a run that is about to begin. */
export function beginRecord(
  config: TrainConfig,
  data: DataRecord,
  { engine, parameters, init, frozenLayers = [] }: Beginning,
): RunRecord {
  return {
    format: 1,
    status: 'running',
    config,
    seed: config.seed,
    engine,
    versions: versionsNow(),
    data,
    parameters,
    ...(init && { init }),
    ...(frozenLayers.length > 0 && { frozenLayers }),
    epochs: 0,
    bestEpoch: 0,
    metrics: [],
    elapsedMs: 0,
  };
}

/** The record of a run that goes on in `epoch`: that of a new one, but with all that trained it so far. */
export function resumeRecord(old: RunRecord, begun: RunRecord, epoch: number): RunRecord {
  return { ...begun, versions: old.versions, resumed: [...(old.resumed ?? []), { epoch, versions: begun.versions }] };
}

/** How the run scales pixels: as the model does that it began with; a new network learns the standard way. */
export function scalingOf({ init }: Pick<RunRecord, 'init'>): Scaling {
  return init?.scaling ?? standardScaling;
}

/** Of this process. */
export function versionsNow(): Versions {
  return { fer: version, node: process.versions.node, platform: `${platform()}-${arch()}` };
}

/** `record` brought up to `position`. */
export function updateRecord(record: RunRecord, position: TrainingPosition, status: RunStatus): RunRecord {
  const { history, earlyStopping, bestMetric } = position;
  return {
    ...record,
    status,
    epochs: history.length,
    bestEpoch: earlyStopping.bestEpoch,
    metrics: bestMetric === null ? [] : [bestMetric],
    elapsedMs: elapsedMsOf(position),
  };
}

/** Reads the text of run.json; `path` names it in errors. Throws RUN_INVALID when it is not one of this format. */
export function parseRunRecord(text: string, path: string): RunRecord {
  const record = parseJson(text, path);
  if (typeof record !== 'object' || record === null || !('format' in record) || record.format !== 1) {
    throw new FerError(
      'RUN_INVALID',
      `Expected a run record of format 1 in ${path}. Was it written by another version?`,
    );
  }
  return record as RunRecord;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FerError('RUN_INVALID', `Expected JSON in ${path}; it does not parse. Was it edited?`, { cause });
  }
}
