/** Networks with layers that are not trainable. */
import type { LayerConfig } from '../src/types.js';
import type { TestNetwork } from './configBuilder.js';

/** The layers that have weights, from the first in the config to the last. */
export function weightedLayers({ config, weights }: TestNetwork): LayerConfig[] {
  const names = new Set([...weights.keys()].map(layerOf));
  return config.config.layers.filter(({ name }) => names.has(name));
}

/** `layer` of `layer/weight`. */
export const layerOf = (weight: string): string => weight.slice(0, weight.lastIndexOf('/'));

/** The same network with the layers of these names frozen, and no others. */
export function frozen(network: TestNetwork, names: readonly string[]): TestNetwork {
  const layers = network.config.config.layers.map((layer) => ({
    ...layer,
    config: { ...layer.config, trainable: !names.includes(layer.name) },
  }));
  return { ...network, config: { ...network.config, config: { ...network.config.config, layers } } };
}

/** Ways to choose the frozen layers among those with weights; each leaves some. */
export const freezings: Readonly<Record<string, (layers: readonly LayerConfig[]) => LayerConfig[]>> = {
  'the first half': (layers) => layers.slice(0, Math.floor(layers.length / 2)),
  'the last half': (layers) => layers.slice(Math.ceil(layers.length / 2)),
  'every second': (layers) => layers.filter((_, index) => index % 2 === 1),
  'all but the last': (layers) => layers.slice(0, -1),
  'all but the first': (layers) => layers.slice(1),
  normalisations: (layers) => layers.filter((layer) => layer.class_name === 'BatchNormalization'),
  'all but normalisations': (layers) => layers.filter((layer) => layer.class_name !== 'BatchNormalization'),
};
