/** What stays on the GPU as long as a network does. */
import type { Graph, Normalization } from 'layers-wasm/graph/operation.js';
import { isConvolution } from 'layers-wasm/graph/operation.js';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import { shapeOf, type Memory } from './forward.js';
import { statisticsRows } from './programs/normalization.js';
import { scalarsPerWeight, squareThreads } from './programs/optimizer.js';
import type { Session } from './session.js';
import type { StateLayout } from './stateLayout.js';
import { sizeOf, type Tensor, type Workbench } from './workbench.js';

export interface NetworkMemory extends Memory {
  /** Scaled pixels [batchSize, height, width, channels]. */
  readonly images: Tensor;
  /** Their grey levels, four to a word, where images come as bytes. */
  readonly levels: Tensor | undefined;
  /** Target probabilities [batchSize, classes]. */
  readonly targets: Tensor;
  /** Of each sample's loss in the batch's: [batchSize]. */
  readonly shares: Tensor;
  /** By block of the weights, whose they are. */
  readonly weights: Tensor;
  /** Numbers of each weight for the step. */
  readonly scalars: Tensor;
  /** What is read after a step: outputs [batchSize, classes] and, behind them, partial sums of the L2 penalties. */
  readonly readings: Tensor;
  /** Where statistics of the batch move the state to, and how much of it they leave; absent where none are taken. */
  readonly moves: { readonly places: Tensor; readonly momenta: Tensor } | undefined;
}

/** Makes it, of zeros but for what never changes. */
export function allocate(
  session: Session,
  graph: Graph,
  { layout, batchSize, bytes = false }: { layout: StateLayout; batchSize: number; bytes?: boolean },
): NetworkMemory {
  const { bench } = session;
  const classes = graph.output.shape.channels;
  const dropouts = graph.operations.filter(({ kind }) => kind === 'dropout').length;
  const blocks = layout.weightsOfBlocks();
  const images = bench.fixed(shapeOf(graph.input, batchSize));
  const memory = {
    layout,
    state: bench.fixed([layout.stateSize]),
    workspace: bench.fixed([layout.workspaceSize]),
    kernels: kernelTensors(bench, graph),
    streams: bench.fixed([dropouts + 1], 'int32'),
    images,
    levels: bytes ? bench.fixed([Math.ceil(sizeOf(images) / 4)], 'int32') : undefined,
    targets: bench.fixed([batchSize, classes]),
    shares: bench.fixed([batchSize]),
    weights: bench.fixed([blocks.length], 'int32'),
    scalars: bench.fixed([layout.parameters.length * scalarsPerWeight]),
    readings: bench.fixed([batchSize * classes + squareThreads]),
    moves: moveTensors(session, graph, layout),
  };
  session.write(bench.bufferOf(memory.weights), blocks);
  return memory;
}

/** A tensor for every kernel and bias, [height, width, inputs, outputs] or [outputs]. */
function kernelTensors(bench: Workbench, { operations }: Graph): Map<Parameter, Tensor> {
  const tensors = new Map<Parameter, Tensor>();
  for (const operation of operations.filter(isConvolution)) {
    const { kind, window, kernel, bias, input, output } = operation;
    const matrix = kind === 'convolution' ? [input.shape.channels, output.shape.channels] : [output.shape.channels, 1];
    tensors.set(kernel, bench.fixed([window.height, window.width, ...matrix]));
    if (bias) tensors.set(bias, bench.fixed([output.shape.channels]));
  }
  return tensors;
}

function moveTensors(session: Session, { operations }: Graph, layout: StateLayout): NetworkMemory['moves'] {
  const taken = operations.filter((one): one is Normalization => one.kind === 'normalization' && !one.frozen);
  if (taken.length === 0) return undefined;
  const [places, momenta]: [number[], number[]] = [[], []];
  for (const operation of taken) {
    const { channels } = operation.output.shape;
    for (const [row, parameter] of [
      ['mean', operation.movingMean],
      ['variance', operation.movingVariance],
    ] as const) {
      const [target, source] = [layout.placeOf(parameter), layout.rowsOf(operation) + statisticsRows[row] * channels];
      for (let channel = 0; channel < channels; channel++) {
        places.push(target + channel, source + channel);
        momenta.push(operation.momentum);
      }
    }
  }
  const { bench } = session;
  const moves = { places: bench.fixed([places.length], 'int32'), momenta: bench.fixed([momenta.length]) };
  session.write(bench.bufferOf(moves.places), Int32Array.from(places));
  session.write(bench.bufferOf(moves.momenta), Float32Array.from(momenta));
  return moves;
}
