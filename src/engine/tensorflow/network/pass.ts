/** One pass over a network's operations, forward and back, as nodes of a TensorFlow graph. */
import type { Dropout, Graph, Operation, Value } from 'layers-wasm/graph/operation.js';
import { inputsOf } from 'layers-wasm/graph/operation.js';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import { integer } from '../graph/attributes.js';
import type { GraphWriter, Output } from '../graph/graphWriter.js';
import { writeConvolution } from '../operations/convolution.js';
import { writeAddition, writeDropout, writeRectification } from '../operations/elementwise.js';
import { writeNormalization } from '../operations/normalization.js';
import { writePooling } from '../operations/pooling.js';
import { writeFlatten, writePadding, writeRepetition } from '../operations/rearrangement.js';
import type { Site, Written } from '../operations/site.js';

/** A dropout and the placeholder of its factors. */
export interface DropoutFeed {
  readonly operation: Dropout;
  readonly factors: Output;
}

/** A moving statistic and what the batch has for it. */
export interface BatchStatistic {
  readonly value: Output;
  /** Values per image that it was made of. */
  readonly pixels: number;
}

/** A pass that has been forward. */
export interface Pass {
  readonly output: Output;
  readonly dropouts: readonly DropoutFeed[];
  readonly statistics: ReadonlyMap<Parameter, BatchStatistic>;
  /** Writes the way back from the gradient of `output`; gives the gradients of the trainable weights. */
  backward(gradient: Output): ReadonlyMap<Parameter, Output>;
}

export interface PassOptions {
  readonly training: boolean;
  /** Weights by name, as vectors. */
  readonly weights: ReadonlyMap<string, Output>;
  readonly images: Output;
}

export function writePass(graph: GraphWriter, network: Graph, options: PassOptions): Pass {
  const dropouts: DropoutFeed[] = [];
  const statistics = new Map<Parameter, BatchStatistic>();
  const gradients = new Map<Parameter, Output>();
  const site: Site = {
    graph,
    training: options.training,
    weight: ({ name, shape }, wanted = shape) => {
      const vector = options.weights.get(name)!;
      return wanted.length === 1 ? vector : graph.reshape(vector, wanted);
    },
    addGradient: (parameter, gradient) => void gradients.set(parameter, gradient),
    addStatistic: (parameter, value, pixels) => void statistics.set(parameter, { value, pixels }),
    dropoutFactors: (operation) => {
      const { height, width, channels } = operation.input.shape;
      const factors = graph.placeholder('float32', [-1, height, width, channels]);
      dropouts.push({ operation, factors });
      return factors;
    },
  };
  const outputs = new Map<Value, Output>([[network.input, options.images]]);
  const written = network.operations.map((operation) => {
    graph.scope = operation.layer;
    const inputs = inputsOf(operation).map((input) => outputs.get(input)!);
    const one = writeOperation(site, operation, inputs);
    outputs.set(operation.output, one.output);
    return one;
  });
  const backward = (gradient: Output): ReadonlyMap<Parameter, Output> => {
    writeBackward(graph, network, { written, gradient });
    return gradients;
  };
  return { output: outputs.get(network.output)!, dropouts, statistics, backward };
}

function writeOperation(site: Site, operation: Operation, inputs: readonly Output[]): Written {
  const input = inputs[0]!;
  switch (operation.kind) {
    case 'convolution':
    case 'depthwise':
      return writeConvolution(site, operation, input);
    case 'normalization':
      return writeNormalization(site, operation, input);
    case 'rectification':
      return writeRectification(site, operation, input);
    case 'maxPooling':
    case 'averagePooling':
      return writePooling(site, operation, input);
    case 'addition':
      return writeAddition(site, operation, inputs);
    case 'dropout':
      return writeDropout(site, operation, input);
    case 'padding':
      return writePadding(site, operation, input);
    case 'flatten':
      return writeFlatten(site, operation, input);
    case 'repeatChannels':
      return writeRepetition(site, operation, input);
  }
}

/** From the last operation to the first; a value that several read has the sum of what comes back from each. */
function writeBackward(
  graph: GraphWriter,
  { operations, output }: Graph,
  { written, gradient }: { written: readonly Written[]; gradient: Output },
): void {
  const arrived = new Map<Value, Output[]>([[output, [gradient]]]);
  for (const [index, operation] of [...operations.entries()].reverse()) {
    const parts = arrived.get(operation.output);
    if (!parts || !operation.output.needsGradient) continue;
    graph.scope = `${operation.layer}/gradient`;
    const wanted = inputsOf(operation).filter((input) => input.needsGradient);
    const back = written[index]!.backward(sumOf(graph, parts), wanted.length > 0);
    if (back === undefined) continue;
    for (const input of wanted) arrived.set(input, [...(arrived.get(input) ?? []), back]);
  }
}

function sumOf(graph: GraphWriter, parts: readonly Output[]): Output {
  return parts.length === 1 ? parts[0]! : graph.compute('AddN', parts, { N: integer(parts.length) });
}
