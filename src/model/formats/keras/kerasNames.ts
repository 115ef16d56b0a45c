/** Names of layers that Keras' files can hold: there a slash makes a folder, and Keras 3 refuses it. */
import type { LayerConfig, ModelFile, NamedWeights } from '../../modelFile.js';

/** `model` with `_` for each `/` in the names of its layers, each name once; the same object where there is none. */
export function withKerasNames(model: ModelFile): ModelFile {
  const { layers } = model.config.config;
  if (!layers.some(({ name }) => isForbidden(name))) return model;
  const taken = new Set(layers.map(({ name }) => name).filter((name) => !isForbidden(name)));
  const names = new Map(layers.map(({ name }) => [name, isForbidden(name) ? freeName(name, taken) : name] as const));
  const renamed = (name: string): string => names.get(name)!;
  const weights: NamedWeights = new Map(
    [...model.weights].map(([key, weight]) => {
      const end = key.lastIndexOf('/');
      return [`${renamed(key.slice(0, end))}${key.slice(end)}`, weight];
    }),
  );
  const { config } = model.config;
  const end = ([name, node, tensor]: [string, number, number]): [string, number, number] => [
    renamed(name),
    node,
    tensor,
  ];
  return {
    ...model,
    weights,
    config: {
      ...model.config,
      config: {
        ...config,
        layers: config.layers.map((layer) => renameLayer(layer, renamed)),
        input_layers: config.input_layers.map(end),
        output_layers: config.output_layers.map(end),
      },
    },
  };
}

function renameLayer(layer: LayerConfig, renamed: (name: string) => string): LayerConfig {
  const name = renamed(layer.name);
  const nodes = layer.inbound_nodes.map((node) =>
    node.map(([producer, ...rest]): (typeof node)[number] => [renamed(producer), ...rest]),
  );
  return { ...layer, name, config: { ...layer.config, name }, inbound_nodes: nodes };
}

/** A slash, or nothing but dots, which are folders too. */
function isForbidden(name: string): boolean {
  return name.includes('/') || /^\.+$/.test(name);
}

function freeName(name: string, taken: Set<string>): string {
  let free = name.replaceAll(/[/.]/g, '_');
  while (taken.has(free)) free += '_';
  taken.add(free);
  return free;
}
