/** Convolutions, and with a window of one pixel over one pixel the products of Dense layers. */
import type { Convolution } from 'layers-wasm/graph/operation.js';
import { flag } from '../graph/attributes.js';
import type { Output } from '../graph/graphWriter.js';
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
        const inputs = [input, graph.integers(kernel.shape), gradient];
        site.addGradient(kernel, graph.compute('Conv2DBackpropFilter', inputs, attributes));
      }
      if (!wanted) return undefined;
      return graph.compute('Conv2DBackpropInput', [sizesOf(graph, input), weights, gradient], attributes);
    },
  };
}

function depthwise(site: Site, operation: Convolution, input: Output): Written {
  const { graph } = site;
  const { kernel, window } = operation;
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
