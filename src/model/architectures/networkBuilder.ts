/** Writes a functional config layer by layer, with the names that Keras 2 gives layers which have none. */
import * as keras from '../kerasLayers.js';
import type { LayerConfig, LayersConfig } from '../modelFile.js';

/**
 * Every method adds a layer behind the layer called `input` and returns the new one's name: `conv2d_1`, `conv2d_2`, ... in the order in
 * which the layers of a class are added, unless a name is given.
 */
export class NetworkBuilder {
  /** Name of the input layer. */
  readonly input = 'input_1';
  private readonly layers: LayerConfig[];
  private readonly counts = new Map<string, number>();

  /** A network called `name` on images of `inputShape`, [height, width, channels]. */
  constructor(
    private readonly name: string,
    inputShape: readonly [number, number, number],
  ) {
    this.layers = [keras.inputLayer(this.input, inputShape)];
  }

  conv2D(input: string, options: keras.Conv2DOptions, name = this.numbered('conv2d')): string {
    return this.append(keras.conv2D(name, input, options));
  }

  /** A 3x3 depthwise and a pointwise convolution, same padding, no bias. */
  separableConv2D(input: string, filters: number): string {
    return this.append(keras.separableConv2D(this.numbered('separable_conv2d'), input, filters));
  }

  dense(input: string, options: keras.DenseOptions): string {
    return this.append(keras.dense(this.numbered('dense'), input, options));
  }

  batchNormalization(input: string, name = this.numbered('batch_normalization')): string {
    return this.append(keras.batchNormalization(name, input));
  }

  relu(input: string, name = this.numbered('activation')): string {
    return this.append(keras.activation(name, input, 'relu'));
  }

  /** 3x3 with stride 2 and same padding when no options are given. */
  maxPooling2D(input: string, options?: keras.PoolingOptions): string {
    return this.append(keras.maxPooling2D(this.numbered('max_pooling2d'), input, options));
  }

  averagePooling2D(input: string, options: keras.PoolingOptions): string {
    return this.append(keras.averagePooling2D(this.numbered('average_pooling2d'), input, options));
  }

  globalAveragePooling2D(input: string): string {
    return this.append(keras.globalAveragePooling2D(this.numbered('global_average_pooling2d'), input));
  }

  dropout(input: string, rate: number): string {
    return this.append(keras.dropout(this.numbered('dropout'), input, rate));
  }

  flatten(input: string): string {
    return this.append(keras.flatten(this.numbered('flatten'), input));
  }

  add(...inputs: string[]): string {
    return this.append(keras.add(this.numbered('add'), inputs));
  }

  /** The config, whose output is the softmax `predictions` of `logits`. */
  finish(logits: string): LayersConfig {
    const output = this.append(keras.activation('predictions', logits, 'softmax'));
    return {
      class_name: 'Model',
      config: {
        name: this.name,
        layers: this.layers,
        input_layers: [[this.input, 0, 0]],
        output_layers: [[output, 0, 0]],
      },
    };
  }

  private append(layer: LayerConfig): string {
    this.layers.push(layer);
    return layer.name;
  }

  private numbered(kind: string): string {
    const number = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, number);
    return `${kind}_${number}`;
  }
}
