/** Largest and mean values of windows. */
import type { Pooling } from 'layers-wasm/graph/operation.js';
import { integers } from '../graph/attributes.js';
import type { Output } from '../graph/graphWriter.js';
import { sizesOf, windowAttributes, type Site, type Written } from './site.js';

export function writePooling({ graph }: Site, { kind, window }: Pooling, input: Output): Written {
  const attributes = { ...windowAttributes(window), ksize: integers([1, window.height, window.width, 1]) };
  if (kind === 'maxPooling') {
    const output = graph.compute('MaxPool', [input], attributes);
    return {
      output,
      backward: (gradient, wanted) =>
        wanted ? graph.compute('MaxPoolGrad', [input, output, gradient], attributes) : undefined,
    };
  }
  return {
    output: graph.compute('AvgPool', [input], attributes),
    backward: (gradient, wanted) =>
      wanted ? graph.compute('AvgPoolGrad', [sizesOf(graph, input), gradient], attributes) : undefined,
  };
}
