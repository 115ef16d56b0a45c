/** A short training, the same for every engine, and what came of it. */
import type { CompiledModel, CompileOptions, OptimizerState, TrainingBatch } from '../../../src/engine/engine.js';
import type { LayersConfig, NamedWeights } from '../../../src/model/modelFile.js';
import { wasm, type TestedEngine } from './testedEngines.js';

export interface Training {
  readonly config: LayersConfig;
  readonly weights: NamedWeights;
  /** Seed 3 and the largest batch's size unless given. */
  readonly options?: Partial<CompileOptions>;
  readonly batches: readonly TrainingBatch[];
}

export interface TrainingRecord {
  /** Probabilities of the first batch before training and after. */
  readonly before: Float32Array;
  readonly after: Float32Array;
  readonly losses: readonly number[];
  readonly correct: readonly number[];
  /** The L2 penalty after training. */
  readonly penalty: number;
  readonly weights: NamedWeights;
  readonly optimizer: OptimizerState;
  /** With `averageDecay` only. */
  readonly averages?: NamedWeights;
}

/** Compiles, lets `use` work with the model and closes it, whatever happens. */
export async function withModel<T>(
  engine: TestedEngine,
  { config, weights, options, batches }: Training,
  use: (model: CompiledModel) => Promise<T>,
): Promise<T> {
  const batchSize = Math.max(...batches.map(({ count }) => count));
  const model = await engine.compile(config, weights, { batchSize, seed: 3, ...options });
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

/** Predicts, trains on every batch, predicts again, and reads all that can be read. */
export function train(engine: TestedEngine, training: Training): Promise<TrainingRecord> {
  return withModel(engine, training, async (model) => {
    const { images, count } = training.batches[0]!;
    const before = await model.predict(images, count);
    const { losses, correct } = await trainOn(model, training.batches);
    const after = await model.predict(images, count);
    const read = {
      penalty: await model.regularizationLoss(),
      weights: await model.readWeights(),
      optimizer: await model.readOptimizer(),
    };
    const averages = training.options?.averageDecay === undefined ? {} : { averages: await model.readAverages() };
    return { before, after, losses, correct, ...read, ...averages };
  });
}

/** The losses and counts of a step on each batch, one after the other. */
export async function trainOn(
  model: CompiledModel,
  batches: readonly TrainingBatch[],
): Promise<Pick<TrainingRecord, 'losses' | 'correct'>> {
  const [losses, correct]: [number[], number[]] = [[], []];
  for (const batch of batches) {
    const step = await model.trainStep(batch);
    losses.push(step.loss);
    correct.push(step.correct);
  }
  return { losses, correct };
}

const onWasm = new WeakMap<Training, Promise<TrainingRecord>>();

/** What the default engine makes of the same training; worked out once for all engines. */
export function trainOnWasm(training: Training): Promise<TrainingRecord> {
  let record = onWasm.get(training);
  if (!record) onWasm.set(training, (record = train(wasm, training)));
  return record;
}
