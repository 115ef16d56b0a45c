/** Measures the engine on this machine: training steps, inference, memory, and by layer where the time goes. */
import { availableParallelism, cpus } from 'node:os';
import type { EngineBuild, ProfileEntry } from '../engine/inspection.js';
import { resolveBenchConfig, type BenchConfig } from './config.js';
import { summariseProfile, type StepProfile } from './profile.js';
import { quartiles, type Quartiles } from './quartiles.js';
import { prepareWorkload, type Workload } from './workload.js';

/** Repetitions that are not measured: V8 runs new code slowly until it has compiled it a second time. */
const warmUp = 3;

/** One kind of call. */
export interface Timing {
  readonly milliseconds: Quartiles;
  /** At the median. */
  readonly imagesPerSecond: number;
}

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
  readonly host: BenchHost;
  readonly parameters: number;
  /** Which code ran, and the network's memory. */
  readonly build: EngineBuild;
  readonly trainingStep: Timing;
  /** Of a batch; absent from a profile. */
  readonly inference?: Timing;
  readonly singleImage?: Timing;
  readonly profile?: StepProfile;
}

/** Measures what `partial` asks for, over the defaults. Throws CONFIG_INVALID, and what the engine throws when it cannot compile. */
export async function benchmark(partial: Partial<BenchConfig>): Promise<BenchResult> {
  const config = resolveBenchConfig(partial);
  const workload = await prepareWorkload(config);
  try {
    const { parameters, inspection } = workload;
    const told = { config, host: describeHost(), parameters, build: inspection.build };
    return { ...told, ...(config.profile ? await profileSteps(workload, config) : await timeCalls(workload, config)) };
  } finally {
    await workload.close();
  }
}

type Measured = Pick<BenchResult, 'trainingStep' | 'inference' | 'singleImage' | 'profile'>;

async function timeCalls(workload: Workload, { batchSize, steps }: BenchConfig): Promise<Measured> {
  const trainingStep = await time(() => workload.trainStep(), { images: batchSize, repetitions: steps });
  const inference = await time(() => workload.predict(batchSize), { images: batchSize, repetitions: steps });
  // A fraction of a millisecond each: ten times as many take no time to speak of.
  const singleImage = await time(() => workload.predict(1), { images: 1, repetitions: steps * 10 });
  return { trainingStep, inference, singleImage };
}

async function profileSteps(workload: Workload, { batchSize, steps }: BenchConfig): Promise<Measured> {
  const profiles: (readonly ProfileEntry[])[] = [];
  const step = async (): Promise<void> => {
    await workload.trainStep();
    profiles.push(workload.inspection.readProfile());
  };
  const trainingStep = await time(step, { images: batchSize, repetitions: steps });
  return { trainingStep, profile: summariseProfile(profiles.slice(warmUp), batchSize) };
}

async function time(
  call: () => Promise<void>,
  { images, repetitions }: { images: number; repetitions: number },
): Promise<Timing> {
  const times: number[] = [];
  for (let i = -warmUp; i < repetitions; i++) {
    const start = performance.now();
    await call();
    if (i >= 0) times.push(performance.now() - start);
  }
  const milliseconds = quartiles(times);
  return { milliseconds, imagesPerSecond: (1000 * images) / milliseconds.median };
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
