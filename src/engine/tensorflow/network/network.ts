/** A compiled network: hands batches to TensorFlow and takes weights in and out. */
import { LayersWasmError } from 'layers-wasm';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import { demandTensors } from 'layers-wasm/training/optimizerState.js';
import type { NamedWeight, NamedWeights } from '../../../model/modelFile.js';
import type { CompiledModel, Images, OptimizerState, StepResult, TrainingBatch } from '../../engine.js';
import type { GraphSession, Run } from '../library/session.js';
import { imageFeed, type BatchFormat } from './batchFeeds.js';
import type { NetworkGraph } from './networkGraph.js';
import { vectorNames, type NetworkVectors } from './parameterVector.js';
import { StoredVector } from './storedVector.js';
import type { Trainer } from './trainer.js';

export interface NetworkParts {
  readonly session: GraphSession;
  readonly graph: NetworkGraph;
  readonly vectors: NetworkVectors;
  /** In the order of the model. */
  readonly parameters: readonly Parameter[];
  readonly format: BatchFormat;
  /** Absent from a network that only predicts. */
  readonly trainer: Trainer | undefined;
}

/** The session makes runs in the order in which they are asked for, so every call asks for all of its own at once. */
export class TensorflowNetwork implements CompiledModel {
  private readonly predictRun: Run;
  private readonly stored: readonly StoredVector[];
  private closed = false;
  /** The L2 penalty of the weights that no optimizer moves. */
  private fixedPenalty = 0;

  constructor(private readonly parts: NetworkParts) {
    const { session, graph, vectors } = parts;
    this.predictRun = session.prepare(graph.predict);
    this.stored = vectorNames.flatMap((name) => {
      const variable = graph.weights[name];
      return variable ? [new StoredVector(session, vectors[name], variable)] : [];
    });
  }

  async trainStep(batch: TrainingBatch): Promise<StepResult> {
    const { loss, correct } = await this.demandTrainer().step(batch);
    return { loss: loss + this.fixedPenalty, correct };
  }

  async predict(images: Images, count: number): Promise<Float32Array> {
    this.demandOpen();
    const [outputs] = await this.predictRun([imageFeed(images, count, this.parts.format)]);
    return outputs!;
  }

  async regularizationLoss(): Promise<number> {
    this.demandOpen();
    return this.fixedPenalty + ((await this.parts.trainer?.penalty()) ?? 0);
  }

  async readWeights(): Promise<NamedWeights> {
    this.demandOpen();
    const read = await Promise.all(this.stored.map((vector) => vector.read()));
    const found = new Map<string, NamedWeight>(read.flatMap((weights) => [...weights]));
    return new Map(this.parts.parameters.map(({ name }) => [name, found.get(name)!]));
  }

  async writeWeights(weights: NamedWeights): Promise<void> {
    this.demandOpen();
    const { parameters, trainer } = this.parts;
    demandTensors(parameters, weights, 'weight');
    this.fixedPenalty = penaltyOf(parameters, weights, (parameter) => trainer?.moves(parameter) !== true);
    await Promise.all([...this.stored.map((vector) => vector.write(weights)), trainer?.beginAverages(weights)]);
  }

  async readAverages(): Promise<NamedWeights> {
    const trainer = this.demandTrainer();
    const [weights, averages] = await Promise.all([this.readWeights(), trainer.readAverages()]);
    return new Map([...weights, ...averages]);
  }

  async readOptimizer(): Promise<OptimizerState> {
    return await this.demandTrainer().readState();
  }

  async writeOptimizer(state: OptimizerState): Promise<void> {
    await this.demandTrainer().writeState(state);
  }

  async carryOptimizer(state: OptimizerState): Promise<void> {
    await this.demandTrainer().carryState(state, await this.readWeights());
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.parts.session.close();
  }

  private demandOpen(): void {
    if (this.closed) throw new LayersWasmError('CLOSED', 'The network was used after it was closed.');
  }

  private demandTrainer(): Trainer {
    this.demandOpen();
    if (this.parts.trainer) return this.parts.trainer;
    const message = 'A network compiled with inferenceOnly does not train: it has no gradients and no optimizer.';
    throw new LayersWasmError('ARGUMENT_INVALID', message);
  }
}

/** The L2 penalty of the chosen weights. */
function penaltyOf(
  parameters: readonly Parameter[],
  weights: NamedWeights,
  isChosen: (parameter: Parameter) => boolean,
): number {
  let penalty = 0;
  for (const parameter of parameters) {
    const { l2 } = parameter.options;
    if (l2 === 0 || !isChosen(parameter)) continue;
    penalty += l2 * weights.get(parameter.name)!.data.reduce((sum, weight) => sum + weight * weight, 0);
  }
  return penalty;
}
