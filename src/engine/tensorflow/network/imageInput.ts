/** Where the images of a batch enter the graph, and become what the first layer reads. */
import type { Value } from 'layers-wasm/graph/operation.js';
import { scalingFormulas, type Scaling } from '../../../scaling.js';
import { type } from '../graph/attributes.js';
import type { GraphWriter, Output } from '../graph/graphWriter.js';

export interface ImageInput {
  /** The placeholder [count, height, width, channels]: bytes where there is a scaling, else floats. */
  readonly feed: Output;
  /** Scaled pixels of the same shape. */
  readonly images: Output;
}

/** `scaling` is that of images that come as bytes; undefined = they come scaled. */
export function writeImageInput(graph: GraphWriter, { shape }: Value, scaling: Scaling | undefined): ImageInput {
  const sizes = [-1, shape.height, shape.width, shape.channels];
  graph.scope = 'images';
  if (scaling === undefined) {
    const images = graph.placeholder('float32', sizes);
    return { feed: images, images };
  }
  const feed = graph.placeholder('uint8', sizes);
  const { divisor, shift } = scalingFormulas[scaling];
  const levels = graph.add('Cast', [feed], { SrcT: type('uint8'), DstT: type('float32') });
  const quotient = divisor === 1 ? levels : graph.compute('RealDiv', [levels, graph.number(divisor)]);
  const images = shift === 0 ? quotient : graph.compute('Sub', [quotient, graph.number(shift)]);
  return { feed, images };
}
