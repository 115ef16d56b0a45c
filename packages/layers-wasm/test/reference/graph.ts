/** A layers config as a list of steps in an order that can be run. */
import type { LayerConfig, LayersConfig } from '../../src/types.js';

/** One layer, or the activation named in its config. */
export interface Step {
  readonly name: string;
  readonly className: string;
  /** The layer whose config and weights it uses. */
  readonly layer: LayerConfig;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the steps it reads. */
  readonly inputs: readonly string[];
}

/** Layers after their producers, with `activation` split off: `Dense(softmax)` becomes `Dense` and `Activation`. */
export function stepsOf(config: LayersConfig): Step[] {
  const layers = new Map(config.config.layers.map((layer) => [layer.name, layer]));
  const outputs = new Map<string, string>();
  const steps: Step[] = [];
  const add = (name: string): string => {
    const done = outputs.get(name);
    if (done !== undefined) return done;
    const layer = layers.get(name);
    if (!layer) throw new Error(`No layer is called ${name}.`);
    const inputs = (layer.inbound_nodes[0] ?? []).map(([producer]) => add(producer));
    const parts = split(layer, inputs);
    steps.push(...parts);
    const output = parts.at(-1)!.name;
    outputs.set(name, output);
    return output;
  };
  add(config.config.output_layers[0]![0]);
  return steps;
}

function split(layer: LayerConfig, inputs: readonly string[]): Step[] {
  const body = { name: layer.name, className: layer.class_name, layer, config: layer.config, inputs };
  const activation = layer.config.activation ?? 'linear';
  if (layer.class_name === 'Activation' || activation === 'linear') return [body];
  const name = `${layer.name}:activation`;
  return [body, { name, className: 'Activation', layer, config: { activation }, inputs: [layer.name] }];
}
