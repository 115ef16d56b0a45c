/** A whole network as one TensorFlow graph: its variables, inference, and a training step from the images to the updated weights. */
import type { Graph } from 'layers-wasm/graph/operation.js';
import type { TrainingOptions } from 'layers-wasm/training/options.js';
import type { Scaling } from '../../../scaling.js';
import { GraphWriter, type Output } from '../graph/graphWriter.js';
import type { Encoded } from '../graph/protobuf.js';
import type { RunPlan } from '../library/session.js';
import { writeImageInput } from './imageInput.js';
import { vectorNames, type NetworkVectors } from './parameterVector.js';
import { addTrainingStep, type TrainingStep } from './trainingStep.js';
import { writeParts, writeVariable, type Variable } from './variables.js';
import { writePass } from './pass.js';

export interface NetworkGraph {
  readonly definition: Encoded;
  readonly nodes: number;
  /** Feeds images [count, height, width, channels], fetches the outputs [count, classes]. */
  readonly predict: RunPlan;
  /** The vectors of weights that have elements. */
  readonly weights: Readonly<Partial<Record<keyof NetworkVectors, Variable>>>;
  /** Absent from a network that only predicts. */
  readonly training?: TrainingStep;
}

export interface NetworkGraphOptions {
  readonly vectors: NetworkVectors;
  /** Absent = inference only. */
  readonly trained?: TrainingOptions;
  /** Of images that are fed as bytes; absent = they are fed scaled. */
  readonly scaling?: Scaling;
}

export function writeNetworkGraph(network: Graph, { vectors, trained, scaling }: NetworkGraphOptions): NetworkGraph {
  const graph = new GraphWriter();
  const variables = vectorNames
    .filter((name) => vectors[name].size > 0)
    .map((name) => [name, writeVariable(graph, name, vectors[name].size)] as const);
  const parts = variables.flatMap(([name, { value }]) => [...writeParts(graph, vectors[name], value)]);
  const weights = new Map(parts);
  const { feed, images } = writeImageInput(graph, network.input, scaling);
  const predict = { feeds: [feed], fetches: [writeInference(graph, network, { images, weights })] };
  const named = Object.fromEntries(variables);
  const training =
    trained && addTrainingStep(graph, network, { feed, images, parts: weights, variables: named, vectors, trained });
  return {
    definition: graph.encode(),
    nodes: graph.size,
    predict,
    weights: named,
    ...(training && { training }),
  };
}

function writeInference(
  graph: GraphWriter,
  network: Graph,
  { images, weights }: { images: Output; weights: ReadonlyMap<string, Output> },
): Output {
  const { output } = writePass(graph, network, { training: false, weights, images });
  graph.scope = 'inference';
  const rows = graph.reshape(output, [-1, network.output.shape.channels]);
  return network.softmax ? graph.compute('Softmax', [rows]) : rows;
}
