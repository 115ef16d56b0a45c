/** Which layers of a network train in which epoch of a run, and at which rates. */
import { FerError } from '../errors.js';
import { selectLayers, weightedLayers } from '../model/trainability.js';
import type { LayersConfig } from '../model/modelFile.js';
import { weightSpecs } from '../model/weightSpecs.js';
import type { FineTuneConfig } from './fineTuneConfig.js';

export interface Stages {
  /** Names of the layers that are frozen before `unfreezeAt`, in the network's order. */
  readonly frozen: readonly string[];
  /** Factor of the learning rate of each weight that has one. */
  readonly learningRateFactors: ReadonlyMap<string, number>;
  /** Names of the layers that are frozen in `epoch`, counted from 1. */
  frozenIn(epoch: number): readonly string[];
}

type StageConfig = Pick<FineTuneConfig, 'freeze' | 'unfreezeAt' | 'layerRates'>;

/**
 * The stages that `config` asks for in `network`. Throws CONFIG_INVALID for a pattern that means no layer, and when no layer is left
 * to train.
 */
export function planStages({ freeze, unfreezeAt, layerRates }: StageConfig, network: LayersConfig): Stages {
  const layers = weightedLayers(network);
  const named = new Set(freeze.flatMap((pattern) => selectLayers(network, pattern, 'freeze')));
  const frozen = layers.filter((name) => named.has(name));
  if (frozen.length === layers.length) {
    throw new FerError(
      'CONFIG_INVALID',
      `freeze: expected to leave a layer to train; got all of ${layers.join(', ')}. Leave out the head at least.`,
    );
  }
  const ofLayers = new Map(
    Object.entries(layerRates).flatMap(([pattern, factor]) =>
      selectLayers(network, pattern, 'layerRates').map((name) => [name, factor] as const),
    ),
  );
  const factors = weightSpecs(network).flatMap(({ name, layer }) => {
    const factor = ofLayers.get(layer);
    return factor === undefined ? [] : [[name, factor] as const];
  });
  return {
    frozen,
    learningRateFactors: new Map(factors),
    frozenIn: (epoch) => (unfreezeAt === 0 || epoch < unfreezeAt ? frozen : []),
  };
}
