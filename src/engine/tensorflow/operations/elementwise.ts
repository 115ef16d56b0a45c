/** Operations on each element by itself: rectifiers, additions, dropout. */
import type { Addition, Dropout, Rectification } from 'layers-wasm/graph/operation.js';
import { type } from '../graph/attributes.js';
import type { Output } from '../graph/graphWriter.js';
import type { Site, Written } from './site.js';

export function writeRectification({ graph }: Site, { rectifier }: Rectification, input: Output): Written {
  const { ceiling } = rectifier;
  if (ceiling === undefined || ceiling === 6) {
    const name = ceiling === undefined ? 'Relu' : 'Relu6';
    const output = graph.compute(name, [input]);
    return { output, backward: (gradient) => graph.compute(`${name}Grad`, [gradient, output]) };
  }
  const limit = graph.number(ceiling);
  const output = graph.compute('Minimum', [graph.compute('Relu', [input]), limit]);
  return {
    output,
    backward(gradient) {
      const below = graph.add('Cast', [graph.compute('Less', [output, limit])], {
        SrcT: type('bool'),
        DstT: type('float32'),
      });
      return graph.compute('ReluGrad', [graph.compute('Mul', [gradient, below]), output]);
    },
  };
}

export function writeAddition({ graph }: Site, _operation: Addition, inputs: readonly Output[]): Written {
  return { output: graph.compute('AddV2', inputs), backward: (gradient) => gradient };
}

export function writeDropout(site: Site, operation: Dropout, input: Output): Written {
  const { graph } = site;
  if (!site.training) return { output: input, backward: (gradient) => gradient };
  const factors = site.dropoutFactors(operation);
  return {
    output: graph.compute('Mul', [input, factors]),
    backward: (gradient, wanted) => (wanted ? graph.compute('Mul', [gradient, factors]) : undefined),
  };
}
