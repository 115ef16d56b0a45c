/** Collects the operations and weights of a graph while its layers are lowered. */
import { padChannels, type Shape } from '../compiler/layout.js';
import { LayersWasmError } from '../errors.js';
import { inputsOf, parametersOf, type Graph, type Operation, type Value } from './operation.js';
import { Parameter, type DepthwiseShape, type ParameterOptions } from './parameter.js';

/** An operation whose output is still to be made; its layer is the one at hand. */
type Unfinished = Operation extends infer O ? (O extends Operation ? Omit<O, 'output' | 'layer'> : never) : never;

export class GraphBuilder {
  private readonly operations: Operation[] = [];
  private readonly parameters: Parameter[] = [];
  private values = 0;
  private input: Value | undefined;
  /** The result of the softmax: a value of its own, so that nothing else reads it. */
  softmaxOf: Value | undefined;
  private logits: Value | undefined;
  private dropouts = 0;
  /** Name of the layer that is being lowered. */
  layer = '';
  /** Whether its weights are. */
  trainable = true;

  private newValue(shape: Shape, needsGradient: boolean, isVector: boolean): Value {
    return { id: this.values++, shape, needsGradient, isVector };
  }

  addInput(shape: Shape): Value {
    if (this.input) throw new LayersWasmError('MODEL_UNSUPPORTED', 'A model of one input was expected, got several.');
    this.input = this.newValue(shape, false, false);
    return this.input;
  }

  /** Adds an operation and returns its output. */
  add(operation: Unfinished, shape: Shape, isVector?: boolean): Value {
    const partial = operation as Operation;
    const needsGradient = parametersOf(partial).length > 0 || inputsOf(partial).some((input) => input.needsGradient);
    const output = this.newValue(shape, needsGradient, isVector ?? inputsOf(partial)[0]!.isVector);
    this.operations.push({ ...partial, layer: this.layer, output });
    return output;
  }

  /** Adds an operation whose output has channels alone. */
  addVector(operation: Unfinished, channels: number): Value {
    return this.add(operation, { height: 1, width: 1, channels }, true);
  }

  /** Marks `logits` as the input of the model's softmax. */
  addSoftmax(logits: Value): Value {
    this.logits = logits;
    this.softmaxOf = this.newValue(logits.shape, logits.needsGradient, logits.isVector);
    return this.softmaxOf;
  }

  nextDropout(): number {
    return ++this.dropouts;
  }

  /** A kernel [height, width, inputs, outputs], or [inputs, outputs]; `l2` is the factor of its penalty. */
  kernel(name: string, shape: readonly number[], l2: number): Parameter {
    return this.keep(Parameter.kernel(name, shape, { trainable: this.trainable, l2 }));
  }

  /** The kernel of a depthwise convolution; `l2` as above. */
  depthwiseKernel(name: string, shape: DepthwiseShape, l2: number): Parameter {
    return this.keep(Parameter.depthwiseKernel(name, shape, { trainable: this.trainable, l2 }));
  }

  /** A value per channel; with `trainable: false` it is none of the layer's trainable weights, whatever the layer is. */
  vector(name: string, channels: number, { trainable, l2 }: ParameterOptions): Parameter {
    return this.keep(Parameter.perChannel(name, channels, { trainable: trainable && this.trainable, l2 }));
  }

  private keep(parameter: Parameter): Parameter {
    this.parameters.push(parameter);
    return parameter;
  }

  finish(output: Value): Graph {
    if (!this.input) throw new LayersWasmError('MODEL_INVALID', 'The model has no InputLayer.');
    const softmax = output === this.softmaxOf;
    const packedInput = this.settleInput(this.input);
    return {
      input: this.input,
      packedInput,
      operations: this.operations,
      output: softmax ? this.logits! : output,
      softmax,
      parameters: this.parameters,
    };
  }

  /**
   * Grey images that only convolutions read stay one float a pixel; everything else has pixels of whole vectors,
   * and a kernel has as many rows as the pixels that it meets have floats.
   */
  private settleInput(input: Value): boolean {
    const readers = this.operations.filter((operation) => inputsOf(operation).includes(input));
    const packed = input.shape.channels === 1 && readers.every((reader) => reader.kind === 'convolution');
    for (const operation of this.operations) {
      if (operation.kind !== 'convolution') continue;
      const { channels } = operation.input.shape;
      operation.kernel.paddedRows = packed && operation.input === input ? channels : padChannels(channels);
    }
    return packed;
  }
}
