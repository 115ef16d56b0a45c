/** What a `.keras` archive consists of, and where its weights file keeps those of each layer. */
import type { LayerConfig } from '../../modelFile.js';

/** Members of the archive; the card is an addition of this toolkit, which Keras ignores. */
export const archiveMembers = {
  metadata: 'metadata.json',
  config: 'config.json',
  weights: 'model.weights.h5',
  card: 'fer_model_card.json',
} as const;

/**
 * The groups of `layers`, in the order in which Keras holds them: the class name in snake case, numbered per class from its second
 * layer on (`conv2d`, `conv2d_1`, ...), whatever the layers are called.
 *
 * Reference: `_save_container_state` of Keras 3, keras/src/saving/saving_lib.py.
 */
export function groupNames(layers: readonly LayerConfig[]): string[] {
  const counts = new Map<string, number>();
  return layers.map(({ class_name: className }) => {
    const name = snakeCase(className);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}

/** `SeparableConv2D` as `separable_conv2d`: an underscore before every capital that a small letter follows or precedes. */
export function snakeCase(className: string): string {
  return className
    .replace(/(?<=.)(?=[A-Z][a-z])/g, '_')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();
}
