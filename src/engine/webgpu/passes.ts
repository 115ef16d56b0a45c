/** What the GPU is told to do for a training step, for a prediction, and after the weights have been replaced. */
import type { Graph, Normalization, Value } from 'layers-wasm/graph/operation.js';
import { inputsOf } from 'layers-wasm/graph/operation.js';
import type { TrainingOptions } from 'layers-wasm/training/options.js';
import type { Scaling } from '../../scaling.js';
import { runBackward } from './backward.js';
import { moveToWorkspace, runOperation, shapeOf, type Pass } from './forward.js';
import type { NetworkMemory } from './networkMemory.js';
import { unpackImages } from './programs/images.js';
import { crossEntropyGradient } from './programs/loss.js';
import { moveStatistics } from './programs/normalization.js';
import { clippingFactor, gradientSquares, penaltySums, squareThreads, updateWeights } from './programs/optimizer.js';
import { sizeOf, type Tensor, type Workbench } from './workbench.js';

export interface Network {
  readonly graph: Graph;
  readonly bench: Workbench;
  readonly memory: NetworkMemory;
  /** Of images that come as bytes; undefined = they come scaled. */
  readonly scaling: Scaling | undefined;
}

/** The class outputs of `count` images, left in the readings. */
export function predictionPass(network: Network, count: number): void {
  const { graph, bench, memory } = network;
  const pass = { bench, memory, count, training: false };
  const values = new Map([[graph.input, imagesOf(network, count)]]);
  const readers = new Map([[graph.output, 1]]); // the copy at the end
  for (const input of graph.operations.flatMap(inputsOf)) readers.set(input, (readers.get(input) ?? 0) + 1);
  for (const operation of graph.operations) {
    const inputs = inputsOf(operation);
    const output = runOperation(
      pass,
      operation,
      inputs.map((input) => values.get(input)!),
    );
    values.set(operation.output, output);
    for (const input of inputs) {
      const left = readers.get(input)! - 1;
      readers.set(input, left);
      if (left === 0) release(network, values, input);
    }
  }
  const outputs = values.get(graph.output)!;
  bench.copy({ source: outputs, target: memory.readings, count: sizeOf(outputs) });
  for (const value of values.keys()) release(network, values, value);
}

/** A step with `count` images: outputs and penalties are left in the readings, the weights behind the update in the state. */
export function trainingPass(network: Network, count: number, options: TrainingOptions): void {
  const { graph, bench, memory } = network;
  const pass = { bench, memory, count, training: true };
  const values = new Map([[graph.input, imagesOf(network, count)]]);
  for (const operation of graph.operations) {
    const inputs = inputsOf(operation).map((input) => values.get(input)!);
    values.set(operation.output, runOperation(pass, operation, inputs));
  }
  const outputs = values.get(graph.output)!;
  bench.copy({ source: outputs, target: memory.readings, count: sizeOf(outputs) });
  if (graph.parameters.some((parameter) => parameter.options.l2 > 0)) readPenalties(network);
  backwardPass(network, pass, values);
  updatePass(network, options);
}

function readPenalties({ bench, memory }: Network): void {
  const { layout, state, weights, scalars, readings } = memory;
  const uniforms = { elements: layout.weightsSize };
  const inputs = [state, weights, scalars];
  const sums = bench.run(penaltySums, { inputs, threads: squareThreads, uniforms, output: [squareThreads] });
  bench.copy({ source: sums, target: readings, to: sizeOf(readings) - squareThreads, count: squareThreads });
  bench.release(sums);
}

/** Leaves the gradients of all trained weights in the workspace; releases `values`. */
function backwardPass(network: Network, pass: Pass, values: Map<Value, Tensor>): void {
  const { graph, bench, memory } = network;
  const { count } = pass;
  const classes = graph.output.shape.channels;
  const lossGradient = bench.run(crossEntropyGradient(classes), {
    inputs: [values.get(graph.output)!, memory.targets, memory.shares],
    threads: count,
    output: shapeOf(graph.output, count),
  });
  const gradients = new Map([[graph.output, lossGradient]]);
  for (const operation of [...graph.operations].reverse()) {
    const { output } = operation;
    const gradient = gradients.get(output);
    if (gradient && output.needsGradient) {
      const inputs = inputsOf(operation);
      const step = { pass, gradient, x: values.get(inputs[0]!)!, output: values.get(output)! };
      runBackward(operation, step).forEach((part, index) => {
        if (part) gradients.set(inputs[index]!, added(bench, gradients.get(inputs[index]!), part));
      });
    }
    if (gradient) bench.release(gradient);
    release(network, values, output);
  }
}

function added(bench: Workbench, sum: Tensor | undefined, part: Tensor): Tensor {
  if (!sum) return part;
  const both = bench.kernel('Add', { a: sum, b: part });
  bench.release(sum, part);
  return both;
}

function updatePass(network: Network, { optimizer, clipNorm, averageDecay }: TrainingOptions): void {
  const { bench, memory } = network;
  const { layout, state, workspace, weights, scalars, moves } = memory;
  const inputs = [workspace, weights, scalars];
  const factor = clipNorm === undefined ? undefined : gradientFactor(network, clipNorm);
  const clipped = factor !== undefined;
  bench.run(updateWeights({ settings: optimizer, clipped, averageDecay }), {
    inputs: factor ? [...inputs, factor] : inputs,
    threads: layout.trainedSize,
    uniforms: { slots: layout.weightsSize },
    output: state,
  });
  if (factor) bench.release(factor);
  if (moves) {
    const threads = sizeOf(moves.momenta);
    bench.run(moveStatistics, { inputs: [moves.places, moves.momenta, workspace], threads, output: state });
  }
  spreadPass(network);
}

function gradientFactor({ bench, memory }: Network, clipNorm: number): Tensor {
  const { layout, state, workspace, weights, scalars } = memory;
  const inputs = [state, workspace, weights, scalars];
  const uniforms = { elements: layout.trainedSize };
  const squares = bench.run(gradientSquares, { inputs, threads: squareThreads, uniforms, output: [squareThreads] });
  const factor = bench.run(clippingFactor(clipNorm), { inputs: [squares], threads: 1, output: [1] });
  bench.release(squares);
  return factor;
}

/** Copies kernels and biases out of the state to where TensorFlow.js' kernels read them. */
export function spreadPass({ bench, memory }: Network): void {
  const { layout, state, kernels } = memory;
  for (const [parameter, target] of kernels) {
    bench.copy({ source: state, from: layout.placeOf(parameter), target, count: parameter.size });
  }
}

/** Makes the moving statistics those that all normalisations normalise by. */
export function movingStatisticsPass({ graph, bench, memory }: Network): void {
  const normalizations = graph.operations.filter((one): one is Normalization => one.kind === 'normalization');
  for (const normalization of normalizations) moveToWorkspace({ bench, memory }, normalization);
}

/** The first `count` images, scaled if they are not. */
function imagesOf({ graph, bench, memory, scaling }: Network, count: number): Tensor {
  const images = { ...memory.images, shape: shapeOf(graph.input, count) };
  if (scaling === undefined || !memory.levels) return images;
  return bench.run(unpackImages(scaling), { inputs: [memory.levels], threads: sizeOf(images), output: images });
}

/** Releases a value's tensor, but for the images, which stay. */
function release({ graph, bench }: Network, values: Map<Value, Tensor>, value: Value): void {
  const tensor = values.get(value);
  if (tensor && value !== graph.input) bench.release(tensor);
  values.delete(value);
}
