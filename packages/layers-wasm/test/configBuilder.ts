/** Builds functional layers configs with seeded weights, a layer per line. */
import type { LayerConfig, LayersConfig, NamedWeight, NamedWeights } from '../src/types.js';
import { outputShape, weightShapes } from './layerShapes.js';
import { Sequence } from './sequence.js';

/** A layer's output. */
export interface Output {
  readonly layer: string;
  /** Without the batch axis. */
  readonly shape: readonly number[];
}

/** A config with weights, ready to compile. */
export interface TestNetwork {
  readonly name: string;
  readonly config: LayersConfig;
  readonly weights: NamedWeights;
  /** [height, width, channels]. */
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
}

/** Chains layers; names are `class_number` in lower case unless given. */
export class ConfigBuilder {
  readonly input: Output;
  private readonly layers: LayerConfig[] = [];
  private readonly weights: NamedWeights = new Map();

  constructor(
    private readonly name: string,
    private readonly inputShape: readonly [number, number, number],
  ) {
    const config = { name: 'input_1', batch_input_shape: [null, ...inputShape], dtype: 'float32' };
    this.layers.push({ class_name: 'InputLayer', name: 'input_1', config, inbound_nodes: [] });
    this.input = { layer: 'input_1', shape: inputShape };
  }

  /** Adds a layer behind one or more outputs; `config.name` overrides its name. */
  add(className: string, config: Record<string, unknown>, ...inputs: readonly Output[]): Output {
    const number = this.layers.filter((layer) => layer.class_name === className).length + 1;
    const name = typeof config.name === 'string' ? config.name : `${className.toLowerCase()}_${number}`;
    const producers = inputs.map(({ layer }): [string, number, number, Record<string, unknown>] => [layer, 0, 0, {}]);
    this.layers.push({ class_name: className, name, config: { ...config, name }, inbound_nodes: [producers] });
    const shapes = inputs.map(({ shape }) => shape);
    for (const [short, shape] of weightShapes(className, config, shapes[0]!)) {
      this.weights.set(`${name}/${short}`, seededWeight(`${this.name}/${name}/${short}`, shape));
    }
    return { layer: name, shape: outputShape(className, config, shapes) };
  }

  /** The network that ends in `output`: [classes] after a softmax. */
  finish(output: Output): TestNetwork {
    const config: LayersConfig = {
      class_name: 'Functional',
      config: {
        name: this.name,
        layers: this.layers,
        input_layers: [['input_1', 0, 0]],
        output_layers: [[output.layer, 0, 0]],
      },
    };
    const { name, weights, inputShape } = this;
    return { name, config, weights, inputShape, classes: output.shape[0]! };
  }
}

/** Values of the stream `name` (`network/layer/weight`), scaled as suits the kind of weight: variance 1 / inputs for kernels. */
export function seededWeight(name: string, shape: readonly number[]): NamedWeight {
  const short = name.slice(name.lastIndexOf('/') + 1);
  const length = shape.reduce((product, size) => product * size, 1);
  const inputs = short === 'depthwise_kernel' ? shape[0]! * shape[1]! : length / shape.at(-1)!;
  const spreads: Readonly<Record<string, { centre?: number; spread: number }>> = {
    gamma: { centre: 1, spread: 0.5 },
    beta: { spread: 0.3 },
    moving_mean: { spread: 0.2 },
    moving_variance: { centre: 1, spread: 0.5 },
    bias: { spread: 0.2 },
  };
  const data = new Sequence(name).values(length, spreads[short] ?? { spread: Math.sqrt(3 / inputs) });
  return { shape, data };
}

/** Flatten and a Dense layer with softmax behind `input`: the end of most networks. */
export function classify(
  net: ConfigBuilder,
  input: Output,
  dense: { units: number } & Record<string, unknown>,
): TestNetwork {
  return net.finish(net.add('Dense', { activation: 'softmax', ...dense }, net.add('Flatten', {}, input)));
}

/** An L2 penalty as Keras writes it today. */
export function l2(factor: number): Record<string, unknown> {
  return { class_name: 'L2', config: { l2: factor } };
}

/** An L2 penalty as Keras 2 and TensorFlow.js write it. */
export function l1l2(factor: number): Record<string, unknown> {
  return { class_name: 'L1L2', config: { l1: 0, l2: factor } };
}
