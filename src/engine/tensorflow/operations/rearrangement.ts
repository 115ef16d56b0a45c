/** Operations that move elements: padding, flattening, repeated channels. */
import type { Flatten, Padding, RepeatChannels } from 'layers-wasm/graph/operation.js';
import { type } from '../graph/attributes.js';
import type { Output } from '../graph/graphWriter.js';
import type { Site, Written } from './site.js';

export function writePadding({ graph }: Site, operation: Padding, input: Output): Written {
  const { top, left, bottom, right } = operation;
  const { height, width, channels } = operation.input.shape;
  const amounts = graph.constant({ type: 'int32', shape: [4, 2], values: [0, 0, top, bottom, left, right, 0, 0] });
  return {
    output: graph.compute('Pad', [input, amounts]),
    backward(gradient, wanted) {
      if (!wanted) return undefined;
      const inputs = [gradient, graph.integers([0, top, left, 0]), graph.integers([-1, height, width, channels])];
      return graph.compute('Slice', inputs, { Index: type('int32') });
    },
  };
}

export function writeFlatten({ graph }: Site, operation: Flatten, input: Output): Written {
  const { height, width, channels } = operation.input.shape;
  return {
    output: graph.reshape(input, [-1, 1, 1, height * width * channels]),
    backward: (gradient) => graph.reshape(gradient, [-1, height, width, channels]),
  };
}

/** Each channel `times` times in a row. */
export function writeRepetition({ graph }: Site, { input: value, times }: RepeatChannels, input: Output): Written {
  const { height, width, channels } = value.shape;
  const columns = graph.reshape(input, [-1, channels, 1]); // a pixel a row
  const repeated = graph.compute('Tile', [columns, graph.integers([1, 1, times])]);
  return {
    output: graph.reshape(repeated, [-1, height, width, channels * times]),
    backward(gradient, wanted) {
      if (!wanted) return undefined;
      const copies = graph.reshape(gradient, [-1, channels, times]);
      const sums = graph.compute('Sum', [copies, graph.integers([2])]);
      return graph.reshape(sums, [-1, height, width, channels]);
    },
  };
}
