/** What the operations of a network have in common when they are written as TensorFlow nodes. */
import type { Operation } from 'layers-wasm/graph/operation.js';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import type { Window } from 'layers-wasm/graph/window.js';
import { integers, text, type Attribute } from '../graph/attributes.js';
import type { GraphWriter, Output } from '../graph/graphWriter.js';

/** Where nodes of one pass over a network are written. Tensors are [batch, height, width, channels], vectors too. */
export interface Site {
  readonly graph: GraphWriter;
  /** Dropout drops, normalisations take the batch's statistics. */
  readonly training: boolean;
  /** A weight in the given shape, which is its own if none is given. */
  weight(parameter: Parameter, shape?: readonly number[]): Output;
  /** Receives the gradient of a trainable weight: a vector if the weight is one, else in any shape of the same elements. */
  addGradient(parameter: Parameter, gradient: Output): void;
  /** Receives the batch's value of a moving statistic; that of a variance is unbiased, over `pixels` values an image. */
  addStatistic(parameter: Parameter, value: Output, pixels: number): void;
  /** Factors [batch, height, width, channels] of a dropout's elements. */
  dropoutFactors(operation: Operation & { kind: 'dropout' }): Output;
}

/** What an operation is as nodes. */
export interface Written {
  readonly output: Output;
  /**
   * Writes the way back: takes the gradient of `output`, hands on those of weights, and gives the input's if `wanted`; an addition has
   * the same for both of its inputs.
   */
  backward(gradient: Output, wanted: boolean): Output | undefined;
}

/** Attributes of a sliding window. TensorFlow's own rule puts the padding where the model's reader has put it. */
export function windowAttributes(window: Window): Record<string, Attribute> {
  const { strideY, strideX } = window;
  return { strides: integers([1, strideY, strideX, 1]), padding: text(paddingOf(window)) };
}

function paddingOf({ top, left, bottom, right }: Window): 'SAME' | 'VALID' {
  return top + left + bottom + right > 0 ? 'SAME' : 'VALID';
}

/** The sizes of a tensor as a vector; the batch's is known only when it runs. */
export function sizesOf(graph: GraphWriter, tensor: Output): Output {
  return graph.compute('Shape', [tensor]);
}
