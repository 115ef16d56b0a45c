/** Training steps of a network and the state of its optimizer. */
import { LayersWasmError } from 'layers-wasm';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import { dropoutKey } from 'layers-wasm/training/dropoutMask.js';
import { averagesSlot, carriedState, demandState, type StateOwner } from 'layers-wasm/training/optimizerState.js';
import type { TrainingOptions } from 'layers-wasm/training/options.js';
import type { NamedWeights } from '../../../model/modelFile.js';
import type { OptimizerState, StepResult, TrainingBatch } from '../../engine.js';
import type { GraphSession, Run } from '../library/session.js';
import { answerFeeds, dropoutFeed, imageFeed, type BatchFormat } from './batchFeeds.js';
import type { ParameterVector } from './parameterVector.js';
import { scalarFeeds } from './stepScalars.js';
import { StoredVector } from './storedVector.js';
import type { TrainingStep } from './trainingStep.js';

export interface TrainerOptions {
  readonly trained: TrainingOptions;
  readonly trainable: ParameterVector;
  readonly format: BatchFormat;
}

export class Trainer {
  /** Updates that were asked for. */
  private updates = 0;
  private startedAt: ReadonlyMap<string, number> = new Map();
  private readonly stepRun: Run;
  private readonly penaltyRun: Run | undefined;
  private readonly slots: ReadonlyMap<string, StoredVector>;
  private readonly owner: StateOwner;

  private constructor(
    session: GraphSession,
    private readonly nodes: TrainingStep,
    private readonly options: TrainerOptions,
  ) {
    const { trainable } = options;
    this.stepRun = session.prepare(nodes.run);
    this.penaltyRun = nodes.penalty && session.prepare(nodes.penalty.run);
    const stored = [...nodes.slots].map(
      ([name, variable]) => [name, new StoredVector(session, trainable, variable)] as const,
    );
    this.slots = new Map(stored);
    this.owner = { slots: [...this.slots.keys()], trainable: trainable.parameters };
  }

  /** A trainer whose optimizer remembers nothing. */
  static async start(session: GraphSession, nodes: TrainingStep, options: TrainerOptions): Promise<Trainer> {
    const trainer = new Trainer(session, nodes, options);
    const { trainable } = options;
    const nothing = new Float32Array(trainable.size);
    for (const slot of trainer.slots.values()) await slot.writeElements(nothing);
    if (nodes.penalty) {
      const factors = new StoredVector(session, trainable, nodes.penalty.factors);
      await factors.writeElements(trainable.spread(({ options: { l2 } }) => l2));
    }
    return trainer;
  }

  /** Makes one update; the loss is that of the batch and the penalty of the trainable weights. */
  async step(batch: TrainingBatch): Promise<StepResult> {
    const { count, learningRate } = batch;
    const { format, trained, trainable } = this.options;
    if (!Number.isFinite(learningRate)) {
      throw new LayersWasmError('ARGUMENT_INVALID', `learningRate must be a finite number, got ${learningRate}.`);
    }
    const images = imageFeed(batch.images, count, format);
    const answers = answerFeeds(batch, format);
    const update = ++this.updates;
    const scalars = scalarFeeds(trained, trainable, { learningRate, update, startedAt: this.startedAt });
    const key = dropoutKey(trained.seed, update);
    const masks = this.nodes.dropouts.map((operation) => dropoutFeed(operation, key, count));
    const [result] = await this.stepRun([images, ...answers, ...scalars, ...masks]);
    const [loss, correct] = result!;
    return { loss: loss!, correct: correct! };
  }

  /** Of the weights as the runs asked for until now leave them. */
  async penalty(): Promise<number> {
    const [value] = (await this.penaltyRun?.([])) ?? [];
    return value?.[0] ?? 0;
  }

  /** True for the weights that its optimizer moves. */
  moves(parameter: Parameter): boolean {
    return parameter.options.trainable;
  }

  /** The moving average starts from `weights`, where there is one. */
  async beginAverages(weights: NamedWeights): Promise<void> {
    await this.slots.get(averagesSlot)?.write(weights);
  }

  /** The moving averages of the trainable weights. Throws ARGUMENT_INVALID where none are kept. */
  async readAverages(): Promise<NamedWeights> {
    const averages = this.slots.get(averagesSlot);
    if (averages) return await averages.read();
    const message = 'There is no moving average: compile with averageDecay to keep one.';
    throw new LayersWasmError('ARGUMENT_INVALID', message);
  }

  async readState(): Promise<OptimizerState> {
    const late = this.startedAt.size > 0 && { startedAt: new Map(this.startedAt) };
    const step = this.updates;
    const slots = await Promise.all([...this.slots].map(async ([name, slot]) => [name, await slot.read()] as const));
    return { step, ...late, slots: Object.fromEntries(slots) };
  }

  /** Throws WEIGHTS_INVALID, and changes nothing, for a state of another network. */
  async writeState(state: OptimizerState): Promise<void> {
    demandState(state, this.owner);
    this.updates = state.step;
    this.startedAt = new Map(state.startedAt);
    await Promise.all([...this.slots].map(([name, slot]) => slot.write(state.slots[name]!)));
  }

  /** `weights` are those that averages begin with. */
  async carryState(state: OptimizerState, weights: NamedWeights): Promise<void> {
    await this.writeState(carriedState(state, this.owner, weights));
  }
}
