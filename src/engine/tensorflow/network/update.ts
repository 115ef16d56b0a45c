/** The optimizers, on all trainable weights as one vector. */
import type { OptimizerSettings } from 'layers-wasm/training/options.js';
import type { GraphWriter, Output } from '../graph/graphWriter.js';

/** Vectors before an update, and its scalars, which are vectors where weights have their own. */
export interface UpdateInputs {
  readonly weights: Output;
  /** Of the loss with its penalties, clipped. */
  readonly gradient: Output;
  /** By name. */
  readonly slots: ReadonlyMap<string, Output>;
  readonly stepSize: Output;
  readonly shrinkage: Output;
}

/** Vectors behind an update. */
export interface Updated {
  readonly weights: Output;
  readonly slots: ReadonlyMap<string, Output>;
}

export function writeUpdate(graph: GraphWriter, settings: OptimizerSettings, inputs: UpdateInputs): Updated {
  return settings.kind === 'sgd' ? writeSgd(graph, settings, inputs) : writeAdam(graph, settings, inputs);
}

/** Scales gradients down to a norm of at most `clipNorm`, all by the same factor `clipNorm / max(norm, clipNorm)`. */
export function writeClipping(graph: GraphWriter, gradient: Output, clipNorm: number): Output {
  const squares = graph.compute('Sum', [graph.compute('Square', [gradient]), graph.integers([0])]);
  const most = graph.number(clipNorm);
  const norm = graph.compute('Maximum', [graph.compute('Sqrt', [squares]), most]);
  return graph.compute('Mul', [gradient, graph.compute('RealDiv', [most, norm])]);
}

/** `a + share (b - a)`: a moving average `a` that meets `b`. */
export function writeMovingAverage(
  graph: GraphWriter,
  { average, value, share }: { average: Output; value: Output; share: Output },
): Output {
  const change = graph.compute('Mul', [graph.compute('Sub', [value, average]), share]);
  return graph.compute('AddV2', [average, change]);
}

/** `p -= shrinkage * p`, then Adam: `p -= stepSize * m / (sqrt(v) + epsilon)` of the moments behind this gradient. */
function writeAdam(
  graph: GraphWriter,
  { beta1, beta2, epsilon, weightDecay }: OptimizerSettings & { kind: 'adam' },
  { weights, gradient, slots, stepSize, shrinkage }: UpdateInputs,
): Updated {
  const moment = (slot: string, value: Output, beta: number): Output =>
    writeMovingAverage(graph, { average: slots.get(slot)!, value, share: graph.number(1 - beta) });
  const first = moment('firstMoments', gradient, beta1);
  const second = moment('secondMoments', graph.compute('Square', [gradient]), beta2);
  const divisor = graph.compute('AddV2', [graph.compute('Sqrt', [second]), graph.number(epsilon)]);
  const step = graph.compute('RealDiv', [graph.compute('Mul', [first, stepSize]), divisor]);
  const kept = weightDecay > 0 ? graph.compute('Sub', [weights, graph.compute('Mul', [weights, shrinkage])]) : weights;
  return {
    weights: graph.compute('Sub', [kept, step]),
    slots: new Map([
      ['firstMoments', first],
      ['secondMoments', second],
    ]),
  };
}

/** `v = momentum * v - stepSize * g`, then `p += v`; with Nesterov `p += momentum * v - stepSize * g`. */
function writeSgd(
  graph: GraphWriter,
  { momentum, nesterov }: OptimizerSettings & { kind: 'sgd' },
  { weights, gradient, slots, stepSize }: UpdateInputs,
): Updated {
  const descent = graph.compute('Mul', [gradient, stepSize]);
  if (momentum === 0) return { weights: graph.compute('Sub', [weights, descent]), slots: new Map() };
  const damped = (velocity: Output): Output => {
    const kept = graph.compute('Mul', [velocity, graph.number(momentum)]);
    return graph.compute('Sub', [kept, descent]);
  };
  const velocity = damped(slots.get('velocities')!);
  const move = nesterov ? damped(velocity) : velocity;
  return { weights: graph.compute('AddV2', [weights, move]), slots: new Map([['velocities', velocity]]) };
}
