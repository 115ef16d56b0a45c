/** Measures an engine on this machine: training steps, inference, memory, and by layer where the time goes. */
import { availableParallelism, cpus } from 'node:os';
import { chooseEngine, type ChosenEngine } from '../engine/chooseEngine.js';
import type { EngineName } from '../engine/engineNames.js';
import type { EngineBuild, ProfileEntry } from '../engine/inspection.js';
import { FerError } from '../errors.js';
import { resolveBenchConfig, type BenchConfig } from './config.js';
import { summariseProfile, type StepProfile } from './profile.js';
import { repeated, timeSeries, timingOf, warmUp, type Timing } from './timing.js';
import { prepareWorkload, type Workload } from './workload.js';

/** What ran the measurement. */
export interface BenchHost {
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly architecture: string;
  readonly processor: string;
  readonly processors: number;
}

export interface BenchResult {
  readonly config: BenchConfig;
  /** What was measured; `device` is absent for `wasm`. */
  readonly engine: { readonly name: EngineName; readonly device?: string };
  readonly host: BenchHost;
  readonly parameters: number;
  /** Which code ran, and the network's memory; absent from engines that cannot tell. */
  readonly build?: EngineBuild;
  readonly trainingStep: Timing;
  /** Of a batch; absent from a profile. */
  readonly inference?: Timing;
  readonly singleImage?: Timing;
  readonly profile?: StepProfile;
}

/** The engine that `config` means: only one that can look inside itself can tell a profile. */
export function chooseMeasured({ engine, profile }: BenchConfig): Promise<ChosenEngine> {
  return chooseEngine(profile && engine === 'auto' ? 'wasm' : engine);
}

/**
 * Measures what `partial` asks for, over the defaults, on the engine that it means unless `chosen` is given. Throws CONFIG_INVALID,
 * ENGINE_UNAVAILABLE, and what the engine throws when it cannot compile.
 */
export async function benchmark(partial: Partial<BenchConfig>, chosen?: ChosenEngine): Promise<BenchResult> {
  const config = resolveBenchConfig(partial);
  const { engine, name, device } = chosen ?? (await chooseMeasured(config));
  const workload = await prepareWorkload(engine, config);
  try {
    const { parameters, inspection } = workload;
    const measured = { name, ...(device !== undefined && { device }) };
    const told = { config, engine: measured, host: describeHost(), parameters };
    const times = await (config.profile ? profileSteps(workload, config) : timeCalls(workload, config));
    return { ...told, ...(inspection && { build: inspection.build }), ...times };
  } finally {
    await workload.close();
  }
}

type Measured = Pick<BenchResult, 'trainingStep' | 'inference' | 'singleImage' | 'profile'>;

async function timeCalls(workload: Workload, { batchSize, steps }: BenchConfig): Promise<Measured> {
  const time = async (images: number, repetitions: number): Promise<Timing> =>
    timingOf(await timeSeries(() => workload.predict(images), { enough: repeated(repetitions) }), images);
  const training = await timeSeries(() => workload.trainStep(), { enough: repeated(steps), ahead: true });
  return {
    trainingStep: timingOf(training, batchSize),
    inference: await time(batchSize, steps),
    // A fraction of a millisecond each: ten times as many take no time to speak of.
    singleImage: await time(1, steps * 10),
  };
}

async function profileSteps(workload: Workload, { engine, batchSize, steps }: BenchConfig): Promise<Measured> {
  const inspection = workload.inspection ?? cannotProfile(engine);
  const profiles: (readonly ProfileEntry[])[] = [];
  const step = async (): Promise<void> => {
    await workload.trainStep();
    profiles.push(inspection.readProfile());
  };
  const times = await timeSeries(step, { enough: repeated(steps) });
  return { trainingStep: timingOf(times, batchSize), profile: summariseProfile(profiles.slice(warmUp), batchSize) };
}

function cannotProfile(engine: string): never {
  const message = `profile: expected an engine that tells its time by layer, wasm; got ${engine}.`;
  throw new FerError('CONFIG_INVALID', message);
}

function describeHost(): BenchHost {
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: process.platform,
    architecture: process.arch,
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    processors: availableParallelism(),
  };
}
