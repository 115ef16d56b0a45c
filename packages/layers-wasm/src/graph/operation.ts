/** The few operations that all layers are made of. */
import type { Shape } from '../compiler/layout.js';
import type { Rectifier } from '../kernels/elementwise.js';
import type { Parameter } from './parameter.js';
import type { Window } from './window.js';

/** A tensor between operations: one per sample. */
export interface Value {
  readonly id: number;
  readonly shape: Shape;
  /** True when the loss depends on a weight through it. */
  readonly needsGradient: boolean;
  /** It has no height and width in the model: the output of Flatten, of global pooling, and what follows. */
  readonly isVector: boolean;
}

interface Step {
  /** Name of the layer that it comes from. */
  readonly layer: string;
  readonly input: Value;
  readonly output: Value;
}

export interface Convolution extends Step {
  readonly kind: 'convolution' | 'depthwise';
  readonly window: Window;
  readonly kernel: Parameter;
  readonly bias: Parameter | undefined;
}

export interface Normalization extends Step {
  readonly kind: 'normalization';
  readonly epsilon: number;
  readonly momentum: number;
  readonly gamma: Parameter | undefined;
  readonly beta: Parameter | undefined;
  readonly movingMean: Parameter;
  readonly movingVariance: Parameter;
  /** Its layer is not trainable: it normalises by the moving statistics in training too, and they stay. */
  readonly frozen: boolean;
  /** A rectifier that reads nothing but this normalisation is part of it. */
  readonly rectifier: Rectifier | undefined;
  /** So is a max pooling: the output has a pixel per window of the input, normalised and rectified. */
  readonly pooling: Window | undefined;
}

export interface Rectification extends Step {
  readonly kind: 'rectification';
  readonly rectifier: Rectifier;
}

export interface Pooling extends Step {
  readonly kind: 'maxPooling' | 'averagePooling';
  readonly window: Window;
}

export interface Addition {
  readonly kind: 'addition';
  readonly layer: string;
  readonly inputs: readonly [Value, Value];
  readonly output: Value;
}

export interface Dropout extends Step {
  readonly kind: 'dropout';
  readonly rate: number;
  /** Tells the masks of different layers apart. */
  readonly index: number;
}

export interface Padding extends Step {
  readonly kind: 'padding';
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface Flatten extends Step {
  readonly kind: 'flatten';
}

export interface RepeatChannels extends Step {
  readonly kind: 'repeatChannels';
  readonly times: number;
}

export type Operation =
  Convolution | Normalization | Rectification | Pooling | Addition | Dropout | Padding | Flatten | RepeatChannels;

/** A whole model: operations in an order in which each one's inputs come first. */
export interface Graph {
  readonly input: Value;
  /** The input's pixels are not padded to whole vectors. */
  readonly packedInput: boolean;
  readonly operations: readonly Operation[];
  /** Before the softmax, if there is one. */
  readonly output: Value;
  readonly softmax: boolean;
  /** In the order of the model's layers. */
  readonly parameters: readonly Parameter[];
}

/** The tensors that an operation reads. */
export function inputsOf(operation: Operation): readonly Value[] {
  return operation.kind === 'addition' ? operation.inputs : [operation.input];
}

/** The operations that read each value, in order; one that reads it twice counts once. */
export function readersOf(operations: readonly Operation[]): ReadonlyMap<Value, readonly Operation[]> {
  const readers = new Map<Value, Operation[]>();
  for (const operation of operations) {
    for (const input of new Set(inputsOf(operation))) {
      readers.set(input, [...(readers.get(input) ?? []), operation]);
    }
  }
  return readers;
}

/** True for the operations that have a kernel of weights. */
export function isConvolution(operation: Operation): operation is Convolution {
  return operation.kind === 'convolution' || operation.kind === 'depthwise';
}

/** The trainable weights of an operation. */
export function parametersOf(operation: Operation): Parameter[] {
  const list = isConvolution(operation)
    ? [operation.kernel, operation.bias]
    : operation.kind === 'normalization'
      ? [operation.gamma, operation.beta]
      : [];
  return list.filter((parameter) => parameter !== undefined).filter(({ options }) => options.trainable);
}
