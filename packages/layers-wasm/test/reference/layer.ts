/** What every reference layer offers, and how it reads its Keras config. */
import type { Tensor } from './tensor.js';

/** One layer of the graph. `backward` belongs to the latest `forward`. */
export interface Layer {
  /** Output for the inputs; `training` selects batch statistics and dropout. */
  forward(inputs: readonly Tensor[], training: boolean): Tensor;
  /** Gradients of the inputs, given that of the output; adds those of the weights to the context's. */
  backward(outputGradient: Tensor): Tensor[];
}

/** A layer's share of the network: its config, its weights under short names (`kernel`) and their gradients. */
export interface LayerContext {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The weight `name`; throws when the network has none. */
  readonly weight: (name: string) => Tensor;
  /** Where the gradient of the weight `name` is summed up. */
  readonly gradient: (name: string) => Float64Array;
  /** Whether the layer is not trainable at the moment. */
  readonly frozen: () => boolean;
  /** Factors of a Dropout layer's elements (0 or 1 / (1 - rate)), given to the network from outside. */
  readonly dropoutMask: () => Float64Array;
}

/** `config[key]`, or Keras' default when it is absent or null. */
export function option<T>(config: Readonly<Record<string, unknown>>, key: string, absent: T): T {
  return (config[key] ?? absent) as T;
}

/** `config[key]` as [vertical, horizontal]; Keras writes a pair or one number for both. */
export function pair(
  config: Readonly<Record<string, unknown>>,
  key: string,
  absent: readonly [number, number],
): readonly [number, number] {
  const value = option<number | readonly [number, number]>(config, key, absent);
  return typeof value === 'number' ? [value, value] : value;
}
