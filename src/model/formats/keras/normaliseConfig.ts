/** From the network that a Keras file describes to the form in which networks are kept here. */
import type { LayersConfig } from '../../modelFile.js';
import { parseLayersConfig } from '../../parseLayersConfig.js';

/** `value`, the `model_config` of Keras, as a layers config. Throws MODEL_INVALID that names `source`. */
export function normaliseKerasConfig(value: unknown, source: string): LayersConfig {
  return parseLayersConfig(value, source);
}
