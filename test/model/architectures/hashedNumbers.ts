/** The weights and images of makeArchitecturesFixture.py. */
import type { LayersConfig, NamedWeights } from '../../../src/model/modelFile.js';
import type { Shape } from '../../../src/model/shapeRules.js';
import { elementCount, weightSpecs } from '../../../src/model/weightSpecs.js';

/** Jest looks up `Math` anew at each use, which millions of weights would feel: so the numbers repeat after this many. */
const period = 65537;

/** `count` numbers from -factor to factor from a hash of their index and the sum of the name's character codes. */
export function hashedNumbers(name: string, count: number, factor = 1): Float32Array {
  const codes = Array.from(name, (character) => character.charCodeAt(0));
  const first = 7919 * codes.reduce((sum, code) => sum + code, 0);
  const numbers = Float32Array.from({ length: Math.min(count, period) }, (_, i) => {
    let hash = Math.imul(i + first, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
    return factor * (((hash ^ (hash >>> 13)) >>> 0) / 2 ** 31 - 1);
  });
  const repeated = new Float32Array(count);
  for (let start = 0; start < count; start += period) {
    repeated.set(numbers.subarray(0, Math.min(period, count - start)), start);
  }
  return repeated;
}

/** A weight for every name of the config: kernels of variance 1 / fan in, the rest near where training starts. */
export function hashedWeights(config: LayersConfig): NamedWeights {
  return new Map(weightSpecs(config).map(({ name, shape }) => [name, { shape, data: hashedWeight(name, shape) }]));
}

function hashedWeight(name: string, shape: Shape): Float32Array {
  const count = elementCount(shape);
  if (name.endsWith('kernel')) {
    const fanIn = elementCount(name.endsWith('depthwise_kernel') ? shape.slice(0, 2) : shape.slice(0, -1));
    return hashedNumbers(name, count, Math.sqrt(3 / fanIn));
  }
  const centre = /(gamma|moving_variance)$/.test(name) ? 1 : 0;
  return hashedNumbers(name, count, 0.25).map((value) => centre + value);
}
