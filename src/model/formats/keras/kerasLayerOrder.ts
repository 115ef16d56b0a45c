/** The order in which Keras holds the layers of a functional model, whatever that of its config. */
import { producers } from '../../layerShapes.js';
import type { LayersConfig } from '../../modelFile.js';

/**
 * Names of all layers: the further from the output by the longest path, the earlier; among equals as a walk from the output, inputs in
 * turn, meets them. Keras pairs the layers of an HDF5 file with its own by position, so a file must list them like this. Layers that do
 * not lead to the output come last. The config's graph must be sound, as `layerShapes` finds.
 *
 * Reference: `map_graph` of Keras 3, keras/src/ops/function.py.
 */
export function kerasLayerOrder({ config }: LayersConfig): string[] {
  const inputs = new Map(config.layers.map((layer) => [layer.name, producers(layer)]));
  const met: string[] = [];
  const finished: string[] = []; // producers before consumers
  const walk = (name: string): void => {
    if (met.includes(name)) return;
    met.push(name);
    inputs.get(name)?.forEach(walk);
    finished.push(name);
  };
  config.output_layers.forEach(([name]) => walk(name));

  const distances = new Map(config.layers.map(({ name }) => [name, met.includes(name) ? 0 : -1]));
  for (const name of finished.reverse()) {
    for (const producer of inputs.get(name) ?? []) {
      distances.set(producer, Math.max(distances.get(producer)!, distances.get(name)! + 1));
    }
  }
  const names = config.layers.map(({ name }) => name);
  return names.sort((a, b) => distances.get(b)! - distances.get(a)! || met.indexOf(a) - met.indexOf(b));
}
