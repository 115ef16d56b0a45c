/** The nodes of one training step: forward, back, and the update of all that a step moves. */
import type { Dropout, Graph } from 'layers-wasm/graph/operation.js';
import { averagesSlot, slotsOf } from 'layers-wasm/training/optimizerState.js';
import type { TrainingOptions } from 'layers-wasm/training/options.js';
import { integer } from '../graph/attributes.js';
import type { GraphWriter, Output } from '../graph/graphWriter.js';
import type { RunPlan } from '../library/session.js';
import { addTargetFeeds, writeLoss } from './loss.js';
import type { ImageInput } from './imageInput.js';
import type { NetworkVectors } from './parameterVector.js';
import { writePass } from './pass.js';
import { writePenalty, type Penalty } from './penalty.js';
import { writeStatistics } from './statistics.js';
import { writeClipping, writeMovingAverage, writeUpdate } from './update.js';
import { assign, joinParts, writeVariable, type Variable } from './variables.js';

export interface TrainingStep {
  /**
   * Feeds images, labels, targets, shares, the inverse of the count, step size, shrinkage, and the factors of each of `dropouts`; fetches
   * the vector [loss, correct answers], the penalty of trainable weights included.
   */
  readonly run: RunPlan;
  readonly dropouts: readonly Dropout[];
  /** What the optimizer keeps, by name: vectors like that of the trainable weights. */
  readonly slots: ReadonlyMap<string, Variable>;
  readonly penalty: Penalty | undefined;
}

export interface TrainingSources extends ImageInput {
  /** All weights, as vectors by name. */
  readonly parts: ReadonlyMap<string, Output>;
  /** The vectors of weights that have elements; the trainable ones always do. */
  readonly variables: Readonly<Partial<Record<keyof NetworkVectors, Variable>>>;
  readonly vectors: NetworkVectors;
  readonly trained: TrainingOptions;
}

/** What a step is told beside its images and their answers. */
interface ScalarFeeds {
  readonly inverseCount: Output;
  readonly stepSize: Output;
  readonly shrinkage: Output;
}

export function addTrainingStep(graph: GraphWriter, network: Graph, sources: TrainingSources): TrainingStep {
  const { feed, images, parts, variables, vectors, trained } = sources;
  const weights = variables.trainable!;
  const classes = network.output.shape.channels;
  graph.scope = 'feeds';
  const answers = addTargetFeeds(graph, classes);
  const scalars = addScalarFeeds(graph);
  const pass = writePass(graph, network, { training: true, weights: parts, images });
  graph.scope = 'loss';
  const loss = writeLoss(graph, pass.output, { classes, feeds: answers });
  const gradients = pass.backward(loss.gradient);
  graph.scope = 'gradients';
  const ordered = vectors.trainable.parameters.map((parameter) => {
    const gradient = gradients.get(parameter)!;
    return parameter.shape.length === 1 ? gradient : graph.reshape(gradient, [-1]);
  });
  const plain = joinParts(graph, ordered);
  const penalty = writePenalty(graph, { trainable: vectors.trainable, weights, gradient: plain });
  const gradient = penalty?.gradient ?? plain;
  const { slots, assignments } = updateWeights(graph, {
    trained,
    weights,
    gradient,
    scalars,
    size: vectors.trainable.size,
  });
  graph.scope = 'statistics';
  const moved = variables.statistics
    ? [writeStatistics(graph, { variable: variables.statistics, network, vectors, pass, ...scalars })]
    : [];
  graph.scope = 'result';
  const total = penalty ? graph.compute('AddV2', [loss.value, penalty.value]) : loss.value;
  const result = graph.compute('Pack', [total, loss.correct], { N: integer(2) });
  const { labels, targets, shares } = answers;
  const { inverseCount, stepSize, shrinkage } = scalars;
  const masks = pass.dropouts.map(({ factors }) => factors);
  return {
    run: {
      feeds: [feed, labels, targets, shares, inverseCount, stepSize, shrinkage, ...masks],
      fetches: [result],
      targets: [...assignments, ...moved],
    },
    dropouts: pass.dropouts.map(({ operation }) => operation),
    slots,
    penalty,
  };
}

/** The scalars of the update have no fixed shape: they are vectors where weights have their own. */
function addScalarFeeds(graph: GraphWriter): ScalarFeeds {
  return {
    inverseCount: graph.placeholder('float32', []),
    stepSize: graph.placeholder('float32', undefined),
    shrinkage: graph.placeholder('float32', undefined),
  };
}

/** The optimizer's update and the moving average behind it; gives the slots and the nodes that replace the variables. */
function updateWeights(
  graph: GraphWriter,
  sources: { trained: TrainingOptions; weights: Variable; gradient: Output; scalars: ScalarFeeds; size: number },
): { slots: ReadonlyMap<string, Variable>; assignments: readonly Output[] } {
  const { trained, weights, scalars } = sources;
  const { clipNorm, averageDecay, optimizer } = trained;
  const slots = new Map(slotsOf(trained).map((name) => [name, writeVariable(graph, name, sources.size)] as const));
  graph.scope = 'update';
  const gradient = clipNorm === undefined ? sources.gradient : writeClipping(graph, sources.gradient, clipNorm);
  const values = new Map([...slots].map(([name, { value }]) => [name, value]));
  const updated = writeUpdate(graph, optimizer, { weights: weights.value, gradient, slots: values, ...scalars });
  const replaced = new Map(updated.slots);
  if (averageDecay !== undefined) {
    const share = graph.number(1 - averageDecay);
    const average = { average: values.get(averagesSlot)!, value: updated.weights, share };
    replaced.set(averagesSlot, writeMovingAverage(graph, average));
  }
  const assignments = [...replaced].map(([name, value]) => assign(graph, slots.get(name)!.handle, value));
  return { slots, assignments: [assign(graph, weights.handle, updated.weights), ...assignments] };
}
