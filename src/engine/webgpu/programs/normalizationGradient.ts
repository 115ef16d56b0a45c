/** The backward pass of BatchNormalization, and of the rectifier that is part of it. */
import type { Program } from '../program.js';
import { statisticsRows } from './normalization.js';
import { passGradient, rectifierKey, type Rectifier } from './rectification.js';

/** Reads the gradient `g` of what the normalisation gave its rectifier. */
const inputsOf = (rectifier: Rectifier | undefined): string[] =>
  rectifier ? ['gradient', 'output', 'x', 'workspace'] : ['gradient', 'x', 'workspace'];

/** Sums of `g` and of `g (x - mean) / sqrt(variance + epsilon)` in each slice of `length` pixels: [2, slices, channels]. */
export function sliceGradientSums(channels: number, rectifier: Rectifier | undefined): Program {
  return {
    key: `slice gradient sums ${channels} ${rectifierKey(rectifier)}`,
    inputs: inputsOf(rectifier),
    uniforms: ['rows', 'pixels', 'length'],
    body: `
      let channel = index % ${channels};
      let start = index / ${channels} * uniforms.length;
      let end = min(start + uniforms.length, uniforms.pixels);
      let mean = workspace[uniforms.rows + channel + ${statisticsRows.mean * channels}];
      let inverse = workspace[uniforms.rows + channel + ${statisticsRows.inverse * channels}];
      var gradients = 0.0;
      var products = 0.0;
      for (var pixel = start; pixel < end; pixel++) {
        let at = pixel * ${channels} + channel;
        let g = ${passGradient('gradient[at]', 'output[at]', rectifier)};
        gradients += g;
        products += g * (x[at] - mean);
      }
      result[index] = gradients;
      result[index + uniforms.size] = products * inverse;`,
  };
}

/** Adds the slices' sums up: into the workspace's rows, and where gamma and beta are trained, at the places of their gradients (else -1). */
export function gradientSums(channels: number): Program {
  return {
    key: `gradient sums ${channels}`,
    inputs: ['sums'],
    uniforms: ['rows', 'slices', 'gamma', 'beta'],
    body: `
      var gradients = 0.0;
      var products = 0.0;
      for (var slice = 0; slice < uniforms.slices; slice++) {
        gradients += sums[slice * ${channels} + index];
        products += sums[(uniforms.slices + slice) * ${channels} + index];
      }
      result[uniforms.rows + index + ${statisticsRows.gradients * channels}] = gradients;
      result[uniforms.rows + index + ${statisticsRows.products * channels}] = products;
      if (uniforms.beta >= 0) { result[uniforms.beta + index] = gradients; }
      if (uniforms.gamma >= 0) { result[uniforms.gamma + index] = products; }`,
  };
}

/** `dx = scale (g - sum(g) / n - normalised x * sum(g * normalised x) / n)`, n the pixels of the batch. */
export function normalizationGradient(channels: number, rectifier: Rectifier | undefined): Program {
  return {
    key: `normalization gradient ${channels} ${rectifierKey(rectifier)}`,
    inputs: inputsOf(rectifier),
    uniforms: ['rows', 'pixels'],
    body: `
      let at = uniforms.rows + index % ${channels};
      let g = ${passGradient('gradient[index]', 'output[index]', rectifier)};
      let deviation = (x[index] - workspace[at + ${statisticsRows.mean * channels}])
        * workspace[at + ${statisticsRows.inverse * channels}];
      let pull = workspace[at + ${statisticsRows.gradients * channels}]
        + deviation * workspace[at + ${statisticsRows.products * channels}];
      result[index] = workspace[at + ${statisticsRows.scale * channels}] * (g - pull / f32(uniforms.pixels));`,
  };
}

/** The same by fixed statistics: `dx = scale g`. */
export function frozenNormalizationGradient(channels: number, rectifier: Rectifier | undefined): Program {
  return {
    key: `frozen normalization gradient ${channels} ${rectifierKey(rectifier)}`,
    inputs: rectifier ? ['gradient', 'output', 'workspace'] : ['gradient', 'workspace'],
    uniforms: ['rows'],
    body: `
      let g = ${passGradient('gradient[index]', 'output[index]', rectifier)};
      result[index] = g * workspace[uniforms.rows + index % ${channels} + ${statisticsRows.scale * channels}];`,
  };
}
