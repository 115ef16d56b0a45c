/** Which layers of a network train: those with weights that its config does not freeze. */
import { FerError } from '../errors.js';
import { classifierHead } from './classifierHead.js';
import type { LayerConfig, LayersConfig } from './modelFile.js';
import { weightSpecs } from './weightSpecs.js';

/** Names of the layers that have weights, in the config's order. Throws as `weightSpecs` does. */
export function weightedLayers(config: LayersConfig): string[] {
  return [...new Set(weightSpecs(config).map(({ layer }) => layer))];
}

/** Names of the layers with weights that are not trainable. Throws as `weightSpecs` does. */
export function frozenLayers(config: LayersConfig): string[] {
  const names = new Set(weightedLayers(config));
  return config.config.layers.filter((layer) => names.has(layer.name) && !isTrainable(layer)).map(({ name }) => name);
}

/** The same network in which exactly the layers called `frozen` are not trainable. */
export function withFrozenLayers(config: LayersConfig, frozen: readonly string[]): LayersConfig {
  const layers = config.config.layers.map((layer) => {
    const trainable = !frozen.includes(layer.name);
    return isTrainable(layer) === trainable ? layer : { ...layer, config: { ...layer.config, trainable } };
  });
  return { ...config, config: { ...config.config, layers } };
}

/**
 * Names of the layers with weights that `pattern` means: `*` stands for any characters, also none, and `?` for one. A pattern with
 * either leaves the head, which makes the classes, to those that name it. Throws CONFIG_INVALID, with the setting `key` and the
 * layers that there are, when it means none.
 */
export function selectLayers(config: LayersConfig, pattern: string, key: string): string[] {
  const layers = weightedLayers(config);
  const isWild = /[*?]/.test(pattern);
  const head = isWild ? classifierHead(config) : [];
  const expression = new RegExp(`^${pattern.replace(/[\\^$.*+?()[\]{}|/]/g, expressionOf)}$`, 'u');
  const matching = layers.filter((name) => expression.test(name));
  const selected = matching.filter((name) => !head.includes(name));
  if (selected.length > 0) return selected;
  const got = matching.length > 0 ? `${matching.join(', ')} alone, the head, which takes its full name` : 'none';
  throw new FerError(
    'CONFIG_INVALID',
    `${key}: expected "${pattern}" to match layers with weights; got ${got}. The network has ${layers.join(', ')}.`,
  );
}

function expressionOf(character: string): string {
  if (character === '*') return '.*';
  return character === '?' ? '.' : `\\${character}`;
}

function isTrainable({ config }: LayerConfig): boolean {
  return config['trainable'] !== false;
}
