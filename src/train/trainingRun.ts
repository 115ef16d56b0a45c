/** A run in memory: the compiled model, its batches and where it stands, with the run folder that it is kept in. */
import { createBatchPipeline, type BatchPipeline } from '../augment/batchPipeline.js';
import type { ChosenEngine } from '../engine/chooseEngine.js';
import type { CompiledModel } from '../engine/engine.js';
import type { FerError } from '../errors.js';
import { startHdf5 } from '../model/formats/keras/encodeHdf5.js';
import type { NamedWeights } from '../model/modelFile.js';
import { duringAverages } from './averages.js';
import { BatchReports } from './batchReports.js';
import { compileOptions } from './compileOptions.js';
import type { TrainConfig } from './config.js';
import { divergence } from './divergence.js';
import type { TrainingListener } from './events.js';
import { writeOutcome, writeRunRecord, writeState } from './runFolder.js';
import { scalingOf, updateRecord, type RunRecord, type RunStatus } from './runRecord.js';
import { StagedModel } from './stagedModel.js';
import { planStages } from './stages.js';
import type { Start } from './startingModel.js';
import { StepsInFlight, type AnsweredStep } from './stepsInFlight.js';
import type { TrainingData } from './trainingData.js';
import {
  afterEpoch,
  afterStep,
  endOf,
  firstPosition,
  lastEpochTrained,
  nextRate,
  type MeasuredValidation,
  type TrainingPosition,
} from './trainingPosition.js';
import { areFinite, type ModelTensors, type TrainingState } from './trainingState.js';
import { validate } from './validation.js';

type Measured = Omit<MeasuredValidation, 'elapsedMs'>;

export interface TrainingRunOptions {
  readonly folder: string;
  readonly record: RunRecord;
  readonly start: Start;
  readonly data: TrainingData;
  readonly chosen: ChosenEngine;
  /** Where to go on; absent = at the first step. */
  readonly state: TrainingState | undefined;
  readonly listener: TrainingListener;
  readonly signal?: AbortSignal;
}

/** Owns the engine's threads and the batch workers: `close` ends both. */
export class TrainingRun {
  readonly config: TrainConfig;
  private current: TrainingPosition;
  private bestWeights: NamedWeights | null;
  private savedMs = performance.now();
  private readonly reports: BatchReports;

  private constructor(
    private readonly options: TrainingRunOptions,
    private readonly staged: StagedModel,
    private readonly pipeline: BatchPipeline,
  ) {
    this.config = options.record.config;
    this.current = options.state?.position ?? firstPosition(this.config);
    this.bestWeights = options.state?.bestWeights ?? null;
    this.reports = new BatchReports(options.listener, pipeline.batchesPerEpoch);
  }

  /** Starts the batch workers and, while those start, compiles the model and loads what writes model.h5; writes nothing. */
  static async open(options: TrainingRunOptions): Promise<TrainingRun> {
    const { batchSize, seed, augment } = options.record.config;
    const scaling = scalingOf(options.record);
    const bytes = options.chosen.engine.takesBytes === true;
    const { training: dataset, classWeights, sampleWeights } = options.data;
    const weights = { ...(classWeights && { classWeights }), ...(sampleWeights && { sampleWeights }) };
    const pipeline = createBatchPipeline({
      dataset,
      batchSize,
      seed,
      augment,
      scaling,
      bytes,
      shuffle: true,
      ...weights,
    });
    startHdf5();
    try {
      return new TrainingRun(options, await openModel(options), pipeline);
    } catch (error) {
      await pipeline.close();
      throw error;
    }
  }

  private get model(): CompiledModel {
    return this.staged.current;
  }

  get position(): TrainingPosition {
    return this.current;
  }

  get batchesPerEpoch(): number {
    return this.pipeline.batchesPerEpoch;
  }

  /** Brings the files of a resumed run up to its state, or writes a new run's first: from here on it can be resumed. */
  async begin(): Promise<void> {
    const { start, data, chosen, record, state, listener, folder } = this.options;
    if (chosen.remark !== undefined) listener({ type: 'remark', message: chosen.remark });
    for (const message of data.warnings) listener({ type: 'warning', message });
    for (const message of start.remarks) listener({ type: 'remark', message });
    listener({
      type: 'start',
      run: folder,
      epochs: this.config.epochs,
      firstEpoch: this.current.epoch,
      trainingCount: data.training.count,
      validationCount: data.validation.count,
      batchesPerEpoch: this.batchesPerEpoch,
      parameters: record.parameters,
      engine: record.engine.name,
      threads: record.engine.threads,
      ...(chosen.device !== undefined && { device: chosen.device }),
    });
    if (state) {
      await this.write('running', { withModel: true });
    } else {
      await this.save(); // first: with it a run needs neither its seed's weights nor the file that it began with
      await writeRunRecord(folder, record);
    }
  }

  /** Trains the rest of the current epoch; comes back early when the signal is aborted. Throws TRAINING_DIVERGED. */
  async trainEpoch(): Promise<void> {
    const { signal } = this.options;
    let lastMs = performance.now();
    const observe = (step: AnsweredStep): void => {
      const nowMs = performance.now();
      this.observe(step, nowMs - lastMs);
      lastMs = nowMs;
    };
    await this.enterEpoch();
    const steps = new StepsInFlight();
    try {
      for await (const batch of this.pipeline.batches(this.current.epoch, this.current.batch)) {
        const learningRate = this.nextRate(steps.count);
        await steps.add(this.model.trainStep({ ...batch, learningRate }), { count: batch.count, learningRate });
        for await (const step of steps.answered()) observe(step);
        if (!signal?.aborted && !this.saveIsDue()) continue;
        for await (const step of steps.all()) observe(step); // what is kept has the position of the weights
        if (signal?.aborted) return;
        await this.save();
      }
      for await (const step of steps.all()) observe(step);
    } finally {
      await steps.abandon();
    }
  }

  /** One step further. Throws TRAINING_DIVERGED. */
  private observe(step: AnsweredStep, elapsedMs: number): void {
    this.current = afterStep(this.current, { ...step, elapsedMs });
    if (!Number.isFinite(step.loss)) throw this.divergence(`the loss became ${step.loss}`);
    this.reports.report(this.current);
  }

  /** Of the step that comes behind those that are not answered yet. */
  private nextRate(unanswered: number): number {
    const position = { ...this.current, batch: this.current.batch + unanswered };
    return nextRate(this.config, position, this.batchesPerEpoch);
  }

  private saveIsDue(): boolean {
    return performance.now() - this.savedMs >= 1000 * this.config.checkpointSeconds;
  }

  /** Lets the layers train that have waited for this epoch. */
  private async enterEpoch(): Promise<void> {
    const { epoch } = this.current;
    const released = await this.staged.enter(epoch);
    if (released.length === 0) return;
    this.options.listener({
      type: 'remark',
      message: `From epoch ${epoch} on these train too: ${released.join(', ')}.`,
    });
  }

  /** Validates, keeps the weights when they are the best so far, and writes everything. Throws TRAINING_DIVERGED. */
  async finishEpoch(): Promise<void> {
    const { model, config, options } = this;
    const startMs = performance.now();
    const averaged = config.ema > 0;
    const measure = (): Promise<Measured> => this.validate();
    const { metric, loss } = await (averaged ? duringAverages(model, await this.readTensors(), measure) : measure());
    if (!Number.isFinite(loss)) throw this.divergence(`the validation loss became ${loss}`);

    const tensors = await this.readTensors(); // before the epoch counts: what cannot be saved must not be reported
    const elapsedMs = performance.now() - startMs;
    const { position, record, best } = afterEpoch(config, this.current, { metric, loss, elapsedMs });
    this.current = position;
    if (best) this.bestWeights = averaged ? await model.readAverages() : tensors.weights;
    await this.save(tensors);
    await this.write(endOf(config, position) ?? 'running', { withModel: best });
    options.listener({
      type: 'epoch',
      record,
      best,
      sinceBest: record.epoch - position.earlyStopping.bestEpoch,
      remainingMs: ((config.epochs - record.epoch) * position.elapsedMs) / position.history.length,
    });
  }

  /** Of the weights that the model has now. */
  private async validate(): Promise<Measured> {
    const { model, config, options } = this;
    const { validation: dataset } = options.data;
    const { batchSize } = config;
    const metric = await validate(model, dataset, {
      batchSize,
      scaling: options.chosen.engine.takesBytes ? undefined : scalingOf(options.record),
      split: 'PublicTest',
    });
    return { metric, loss: metric.loss + (await model.regularizationLoss()) };
  }

  /** Saves everything before the run is left unfinished. */
  async interrupt(): Promise<void> {
    await this.save();
    await this.write('interrupted');
  }

  /** Writes the state, which a resumed run begins with. Throws TRAINING_DIVERGED, keeping the last one, when a tensor is broken. */
  async save(given?: ModelTensors): Promise<void> {
    const tensors = given ?? (await this.readTensors());
    const { current: position, bestWeights, options } = this;
    const network = this.config.init !== null && { network: options.start.network };
    await writeState(options.folder, { position, ...tensors, bestWeights, ...network });
    this.savedMs = performance.now();
    options.listener({ type: 'checkpoint', epoch: position.epoch, batch: position.batch });
  }

  private async readTensors(): Promise<ModelTensors> {
    const tensors = { weights: await this.model.readWeights(), optimizer: await this.model.readOptimizer() };
    if (!areFinite(tensors)) throw this.divergence('a weight or moment became NaN or infinite');
    return tensors;
  }

  /** Writes run.json and history.csv, and the model files when `withModel` and there are best weights. */
  async write(status: RunStatus, { withModel } = { withModel: false }): Promise<void> {
    const { folder, record, start } = this.options;
    const { network } = start;
    const bestWeights = withModel ? this.bestWeights : null;
    const { current: position } = this;
    await writeOutcome(folder, { record: updateRecord(record, position, status), position, network, bestWeights });
  }

  /** Ends all threads and frees the engine's memory. */
  async close(): Promise<void> {
    await Promise.all([this.pipeline.close(), this.staged.close()]);
  }

  private divergence(found: string): FerError {
    const { epoch, batch, sums, earlyStopping } = this.current;
    const learningRate = sums.learningRate || this.nextRate(0);
    const { bestEpoch } = earlyStopping;
    return divergence({ found, epoch, batch, batches: this.batchesPerEpoch, learningRate, bestEpoch });
  }
}

/** The network with the weights and the stage that the run begins or goes on with. */
function openModel({ record, start, state, chosen }: TrainingRunOptions): Promise<StagedModel> {
  const { network, weights } = start;
  const { config, engine } = record;
  const scaling = scalingOf(record);
  return StagedModel.open(
    {
      engine: chosen.engine,
      network,
      stages: planStages(config, network),
      compile: { ...compileOptions(config, engine.threads), ...(chosen.engine.takesBytes && { scaling }) },
    },
    { epoch: state ? lastEpochTrained(state.position) : 0, weights, ...(state && { optimizer: state.optimizer }) },
  );
}
