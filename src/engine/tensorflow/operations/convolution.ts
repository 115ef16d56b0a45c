/** Convolutions, and with a window of one pixel over one pixel the products of Dense layers. */
import { LayersWasmError } from 'layers-wasm';
import type { Convolution } from 'layers-wasm/graph/operation.js';
import { flag, integer, type } from '../graph/attributes.js';
import type { GraphWriter, Output } from '../graph/graphWriter.js';
import { sizesOf, windowAttributes, type Site, type Written } from './site.js';

export function writeConvolution(site: Site, operation: Convolution, input: Output): Written {
  const product = operation.kind === 'depthwise' ? depthwise : isProduct(operation) ? dense : convolution;
  return withBias(site, operation, product(site, operation, input));
}

/** One pixel a sample: a matrix product is the same, and faster. */
function isProduct({ input: { shape }, window }: Convolution): boolean {
  return shape.height * shape.width * window.height * window.width === 1;
}

function convolution(site: Site, operation: Convolution, input: Output): Written {
  const { graph } = site;
  const { kernel } = operation;
  const attributes = windowAttributes(operation.window);
  const weights = site.weight(kernel);
  return {
    output: graph.compute('Conv2D', [input, weights], attributes),
    backward(gradient, wanted) {
      if (kernel.options.trainable) {
        site.addGradient(kernel, kernelGradient(graph, operation, { input, gradient }));
      }
      if (!wanted) return undefined;
      return graph.compute('Conv2DBackpropInput', [sizesOf(graph, input), weights, gradient], attributes);
    },
  };
}

/**
 * Of windows of one pixel it is taken from the pixels that they meet: for them and strides above 1, the processor's kernel in TensorFlow
 * 2.21 (oneDNN's) writes past its memory when a batch has another count than the one before.
 */
function kernelGradient(
  graph: GraphWriter,
  { kernel, window }: Convolution,
  { input, gradient }: { input: Output; gradient: Output },
): Output {
  const { height, width, strideY, strideX } = window;
  const skips = height * width === 1 && strideY * strideX > 1;
  const met = skips ? everyPixel(graph, input, [strideY, strideX]) : input;
  const attributes = windowAttributes(skips ? { ...window, strideY: 1, strideX: 1 } : window);
  return graph.compute('Conv2DBackpropFilter', [met, graph.integers(kernel.shape), gradient], attributes);
}

/** Every `strideY`th row's every `strideX`th pixel, from the first on. */
function everyPixel(graph: GraphWriter, input: Output, [strideY, strideX]: readonly [number, number]): Output {
  const ends = graph.integers([0, 0, 0, 0]); // which the masks say not to heed
  const inputs = [input, ends, ends, graph.integers([1, strideY, strideX, 1])];
  const masks = { begin_mask: integer(0b1111), end_mask: integer(0b1111) };
  return graph.compute('StridedSlice', inputs, { Index: type('int32'), ...masks });
}

function depthwise(site: Site, operation: Convolution, input: Output): Written {
  const { graph } = site;
  const { kernel, window } = operation;
  if (window.strideY !== window.strideX) {
    const strides = `${window.strideY}x${window.strideX}`;
    const message = `Layer "${operation.layer}" cannot run on TensorFlow: a depthwise convolution has one stride for both axes there, got ${strides}.`;
    throw new LayersWasmError('MODEL_UNSUPPORTED', message);
  }
  const attributes = windowAttributes(window);
  const shape = [window.height, window.width, operation.input.shape.channels, 1];
  const weights = site.weight(kernel, shape);
  return {
    output: graph.compute('DepthwiseConv2dNative', [input, weights], attributes),
    backward(gradient, wanted) {
      if (kernel.options.trainable) {
        const inputs = [input, graph.integers(shape), gradient];
        site.addGradient(kernel, graph.compute('DepthwiseConv2dNativeBackpropFilter', inputs, attributes));
      }
      if (!wanted) return undefined;
      const inputs = [sizesOf(graph, input), weights, gradient];
      return graph.compute('DepthwiseConv2dNativeBackpropInput', inputs, attributes);
    },
  };
}

function dense(site: Site, operation: Convolution, input: Output): Written {
  const { graph } = site;
  const { kernel } = operation;
  const [inputs, outputs] = [operation.input.shape.channels, operation.output.shape.channels];
  const weights = site.weight(kernel, [inputs, outputs]);
  const rows = graph.reshape(input, [-1, inputs]);
  const product = graph.compute('MatMul', [rows, weights]);
  return {
    output: graph.reshape(product, [-1, 1, 1, outputs]),
    backward(gradient, wanted) {
      const gradientRows = graph.reshape(gradient, [-1, outputs]);
      if (kernel.options.trainable) {
        site.addGradient(kernel, graph.compute('MatMul', [rows, gradientRows], { transpose_a: flag(true) }));
      }
      if (!wanted) return undefined;
      const back = graph.compute('MatMul', [gradientRows, weights], { transpose_b: flag(true) });
      return graph.reshape(back, [-1, 1, 1, inputs]);
    },
  };
}

function withBias(site: Site, { bias }: Convolution, product: Written): Written {
  if (!bias) return product;
  const { graph } = site;
  return {
    output: graph.compute('BiasAdd', [product.output, site.weight(bias)]),
    backward(gradient, wanted) {
      if (bias.options.trainable) site.addGradient(bias, graph.compute('BiasAddGrad', [gradient]));
      return product.backward(gradient, wanted);
    },
  };
}
