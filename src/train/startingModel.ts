/** What a run begins with: a new network of an architecture, or a model that a file holds. */
import { buildArchitecture } from '../model/architectures.js';
import { initialiseWeights } from '../model/initialiseWeights.js';
import type { LayersConfig, NamedWeights } from '../model/modelFile.js';
import { Random } from '../random.js';
import type { TrainConfig } from './config.js';
import type { NewNetwork } from './fineTuneConfig.js';
import { openInitialModel, type InitialModelRecord } from './initialModel.js';

/** Network and weights before the first step. */
export interface Start {
  readonly network: LayersConfig;
  readonly weights: NamedWeights;
  /** Absent for a new network. */
  readonly init?: InitialModelRecord;
  /** What a person should know of it. */
  readonly remarks: readonly string[];
}

export interface StartingModel {
  /** Height and width of its input in pixels. */
  readonly inputSize: number;
  /** Network and weights for data of these classes. Throws MODEL_UNSUPPORTED for a head that cannot be changed. */
  forClasses(classNames: readonly string[]): Start;
}

/**
 * Opens what `config` names. Throws as reading a model does, MODEL_UNSUPPORTED for a model whose input training does not make, and
 * CONFIG_INVALID where the configuration asks for another network or size than the file's, or for a size that the network does not take.
 */
export async function openStartingModel(config: TrainConfig): Promise<StartingModel> {
  if (config.init !== null) return openInitialModel(config);
  return {
    inputSize: config.inputSize,
    forClasses: (classNames) => {
      const network = buildNetwork(config, classNames);
      return { network, weights: initialiseWeights(network, new Random(config.seed)), remarks: [] };
    },
  };
}

/** The new network that `config` names, for these classes. Throws CONFIG_INVALID for a size that it does not take. */
export function buildNetwork(
  { arch, inputSize, l2 }: NewNetwork & Pick<TrainConfig, 'l2'>,
  classNames: readonly string[],
): LayersConfig {
  const published = { inputShape: [inputSize, inputSize, 1], classes: classNames.length } as const;
  return buildArchitecture(arch, l2 === 'published' ? published : { ...published, l2 });
}
