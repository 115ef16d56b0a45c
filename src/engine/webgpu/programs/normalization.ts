/** BatchNormalization (Ioffe and Szegedy 2015): statistics of a batch in slices, and what is made of them. */
import type { Program } from '../program.js';
import { rectify, rectifierKey, type Rectifier } from './rectification.js';

/** What a normalisation keeps in the workspace: rows of a value per channel, one behind the other. */
export const statisticsRows = {
  scale: 0,
  beta: 1,
  mean: 2,
  inverse: 3,
  variance: 4,
  gradients: 5,
  products: 6,
} as const;

/** Rows of a normalisation in the workspace. */
export const statisticsRowCount = 7;

/**
 * Mean and sum of squared deviations of each slice of `length` pixels: [2, slices, channels]. Values are taken relative to the slice's
 * first, so that a large mean does not swallow the deviations in single precision.
 */
export function sliceMoments(channels: number): Program {
  return {
    key: `slice moments ${channels}`,
    inputs: ['x'],
    uniforms: ['pixels', 'length'],
    body: `
      let channel = index % ${channels};
      let start = index / ${channels} * uniforms.length;
      let end = min(start + uniforms.length, uniforms.pixels);
      let origin = x[start * ${channels} + channel];
      var sum = 0.0;
      var squares = 0.0;
      for (var pixel = start; pixel < end; pixel++) {
        let value = x[pixel * ${channels} + channel] - origin;
        sum += value;
        squares += value * value;
      }
      let mean = sum / f32(end - start);
      result[index] = origin + mean;
      result[index + uniforms.size] = max(squares - sum * mean, 0.0);`,
  };
}

/** Where a normalisation's weights lie in the state and its rows in the workspace; -1 for weights that it does not have. */
const places = ['gamma', 'beta', 'rows'] as const;

const weightsOf = `
  var gammaValue = 1.0;
  var betaValue = 0.0;
  if (uniforms.gamma >= 0) { gammaValue = state[uniforms.gamma + index]; }
  if (uniforms.beta >= 0) { betaValue = state[uniforms.beta + index]; }`;

/** Writes the rows `scale` to `variance` of channel `index`. */
const storeRows = (channels: number, epsilon: number): string => `
  let inverse = 1.0 / sqrt(variance + ${wgslFloat(epsilon)});
  let at = uniforms.rows + index;
  result[at + ${statisticsRows.scale * channels}] = gammaValue * inverse;
  result[at + ${statisticsRows.beta * channels}] = betaValue;
  result[at + ${statisticsRows.mean * channels}] = mean;
  result[at + ${statisticsRows.inverse * channels}] = inverse;
  result[at + ${statisticsRows.variance * channels}] = variance;`;

/** Joins the slices' moments (Chan et al. 1979) to the batch's statistics, in the workspace; the variance is biased, as in Keras 3. */
export function batchStatistics(channels: number, epsilon: number): Program {
  return {
    key: `batch statistics ${channels} ${epsilon}`,
    inputs: ['moments', 'state'],
    uniforms: [...places, 'pixels', 'length', 'slices'],
    body: `
      var mean = 0.0;
      var squares = 0.0;
      var count = 0.0;
      for (var slice = 0; slice < uniforms.slices; slice++) {
        let more = f32(min(uniforms.length, uniforms.pixels - slice * uniforms.length));
        let total = count + more;
        let distance = moments[slice * ${channels} + index] - mean;
        squares += moments[(uniforms.slices + slice) * ${channels} + index] + distance * distance * (count * more / total);
        mean += distance * (more / total);
        count = total;
      }
      let variance = squares / count;
      ${weightsOf}
      ${storeRows(channels, epsilon)}`,
  };
}

/** The statistics that inference normalises by, and training where the layer is frozen: the moving ones. */
export function movingStatistics(channels: number, epsilon: number): Program {
  return {
    key: `moving statistics ${channels} ${epsilon}`,
    inputs: ['state'],
    uniforms: [...places, 'movingMean', 'movingVariance'],
    body: `
      let mean = state[uniforms.movingMean + index];
      let variance = state[uniforms.movingVariance + index];
      ${weightsOf}
      ${storeRows(channels, epsilon)}`,
  };
}

/** `(x - mean) scale + beta`, rectified where a rectifier follows. */
export function normalize(channels: number, rectifier: Rectifier | undefined): Program {
  return {
    key: `normalize ${channels} ${rectifierKey(rectifier)}`,
    inputs: ['x', 'workspace'],
    uniforms: ['rows'],
    body: `
      let at = uniforms.rows + index % ${channels};
      let mean = workspace[at + ${statisticsRows.mean * channels}];
      let beta = workspace[at + ${statisticsRows.beta * channels}];
      let value = (x[index] - mean) * workspace[at + ${statisticsRows.scale * channels}] + beta;
      result[index] = ${rectify('value', rectifier)};`,
  };
}

/** Moves `state` towards the batch's statistics: `places` [n, 2] holds places in state and workspace, `momenta` [n] shares that stay. */
export const moveStatistics: Program = {
  key: 'move statistics',
  inputs: ['places', 'momenta', 'workspace'],
  uniforms: [],
  body: `
    let at = places[index * 2];
    let kept = momenta[index];
    result[at] = result[at] * kept + workspace[places[index * 2 + 1]] * (1.0 - kept);`,
};

/** A number as WGSL reads it. */
export function wgslFloat(value: number): string {
  return `f32(${value.toExponential()})`;
}
