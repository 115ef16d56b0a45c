/** The compiled model of a run, which is compiled anew when other layers train. */
import type { CompiledModel, CompileOptions, Engine, OptimizerState } from '../engine/engine.js';
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';
import { withFrozenLayers } from '../model/trainability.js';
import type { Stages } from './stages.js';

export interface StagedModelOptions {
  readonly engine: Engine;
  readonly network: LayersConfig;
  readonly stages: Stages;
  /** All but the rates of single weights, which the stages know. */
  readonly compile: CompileOptions;
}

/** What a model begins with: in which epoch its last step was made (0 = none), and what it left. */
export interface ModelStart {
  readonly epoch: number;
  readonly weights: NamedWeights;
  readonly optimizer?: OptimizerState;
}

/** Owns the engine's threads. */
export class StagedModel {
  private constructor(
    private readonly options: StagedModelOptions,
    private compiled: CompiledModel,
    private frozen: readonly string[],
  ) {}

  /** Compiles the model as it was trained in `start.epoch`. Throws as the engine does. */
  static async open(options: StagedModelOptions, { epoch, weights, optimizer }: ModelStart): Promise<StagedModel> {
    const frozen = options.stages.frozenIn(epoch);
    const model = new StagedModel(options, await compile(options, weights, frozen), frozen);
    if (optimizer === undefined) return model;
    try {
      await model.compiled.writeOptimizer(optimizer);
      return model;
    } catch (error) {
      await model.close();
      throw error;
    }
  }

  /** The model of the epoch that was entered last. */
  get current(): CompiledModel {
    return this.compiled;
  }

  /**
   * Makes the model one that trains what `epoch` trains: weights stay, the optimizer keeps what it knows of layers that trained before,
   * and begins with the others. Gives the names of the layers that have begun to train.
   */
  async enter(epoch: number): Promise<readonly string[]> {
    const { frozen: before, compiled } = this;
    const frozen = this.options.stages.frozenIn(epoch);
    const released = before.filter((name) => !frozen.includes(name));
    if (released.length === 0) return released;
    const [weights, optimizer] = [await compiled.readWeights(), await compiled.readOptimizer()];
    await compiled.close(); // first, so that two models need not fit into memory
    this.compiled = await compile(this.options, weights, frozen);
    await this.compiled.carryOptimizer(optimizer);
    this.frozen = frozen;
    return released;
  }

  /** Ends all threads and frees the engine's memory. */
  async close(): Promise<void> {
    await this.compiled.close();
  }
}

function compile(
  { engine, network, stages, compile: options }: StagedModelOptions,
  weights: NamedWeights,
  frozen: readonly string[],
): Promise<CompiledModel> {
  const { learningRateFactors } = stages;
  const rates = learningRateFactors.size > 0 && { learningRateFactors };
  return engine.compile(withFrozenLayers(network, frozen), weights, { ...options, ...rates });
}
