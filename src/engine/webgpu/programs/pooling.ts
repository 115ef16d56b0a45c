/** Pooling over windows, and its gradients. */
import type { Window } from 'layers-wasm/graph/window.js';
import type { Program } from '../program.js';

export interface PoolingGeometry {
  readonly input: { readonly height: number; readonly width: number };
  readonly output: { readonly height: number; readonly width: number };
  readonly channels: number;
  readonly window: Window;
}

const keyOf = ({ input, output, channels, window }: PoolingGeometry): string =>
  [input.height, input.width, output.height, output.width, channels, ...Object.values({ ...window })].join(' ');

/** Names the pixel and channel of the thread among `size` and, of its window, the first and last rows and columns inside the image. */
const windowOfOutput = ({ input, output, channels, window }: PoolingGeometry): string => `
  let channel = index % ${channels};
  let outputX = index / ${channels} % ${output.width};
  let outputY = index / ${channels * output.width} % ${output.height};
  let image = index / ${channels * output.width * output.height} * ${input.height * input.width};
  let top = outputY * ${window.strideY} - ${window.top};
  let left = outputX * ${window.strideX} - ${window.left};
  let firstY = max(top, 0);
  let firstX = max(left, 0);
  let endY = min(top + ${window.height}, ${input.height});
  let endX = min(left + ${window.width}, ${input.width});`;

/** Runs `body` for the place `at` in the input of each pixel of the window. */
const eachTap = ({ input, channels }: PoolingGeometry, body: string): string => `
  for (var y = firstY; y < endY; y++) {
    for (var x = firstX; x < endX; x++) {
      let at = (image + y * ${input.width} + x) * ${channels} + channel;
      ${body}
    }
  }`;

/** Runs `body` for the place `at` in the output of each window that the thread's pixel of the input lies in. */
const eachWindow = ({ input, output, channels, window }: PoolingGeometry, body: string): string => `
  let channel = index % ${channels};
  let x = index / ${channels} % ${input.width} + ${window.left};
  let y = index / ${channels * input.width} % ${input.height} + ${window.top};
  let image = index / ${channels * input.width * input.height} * ${output.height * output.width};
  let firstY = (max(y - ${window.height}, -1) + ${window.strideY}) / ${window.strideY};
  let firstX = (max(x - ${window.width}, -1) + ${window.strideX}) / ${window.strideX};
  let lastY = min(y / ${window.strideY}, ${output.height - 1});
  let lastX = min(x / ${window.strideX}, ${output.width - 1});
  for (var outputY = firstY; outputY <= lastY; outputY++) {
    for (var outputX = firstX; outputX <= lastX; outputX++) {
      let at = (image + outputY * ${output.width} + outputX) * ${channels} + channel;
      ${body}
    }
  }`;

/** The largest value of each window. */
export function maxPooling(geometry: PoolingGeometry): Program {
  const first = `(image + firstY * ${geometry.input.width} + firstX) * ${geometry.channels} + channel`;
  return {
    key: `max pooling ${keyOf(geometry)}`,
    inputs: ['pixels'],
    uniforms: [],
    body: `${windowOfOutput(geometry)}
      var best = pixels[${first}];
      ${eachTap(geometry, 'if (pixels[at] > best) { best = pixels[at]; }')}
      result[index] = best;`,
  };
}

/** The places of the windows' largest values in the input; ties go to the first in row order. */
export function maxPoolingWinners(geometry: PoolingGeometry): Program {
  const first = `(image + firstY * ${geometry.input.width} + firstX) * ${geometry.channels} + channel`;
  return {
    key: `max pooling winners ${keyOf(geometry)}`,
    inputs: ['pixels'],
    uniforms: [],
    body: `${windowOfOutput(geometry)}
      var winner = ${first};
      ${eachTap(geometry, 'if (pixels[at] > pixels[winner]) { winner = at; }')}
      result[index] = winner;`,
  };
}

/** Each pixel's share of the gradients of the windows that it won. */
export function maxPoolingGradient(geometry: PoolingGeometry): Program {
  return {
    key: `max pooling gradient ${keyOf(geometry)}`,
    inputs: ['gradient', 'winners'],
    uniforms: [],
    body: `
      var sum = 0.0;
      ${eachWindow(geometry, 'if (winners[at] == index) { sum += gradient[at]; }')}
      result[index] = sum;`,
  };
}

/** The mean of each window's pixels that lie inside the image. */
export function averagePooling(geometry: PoolingGeometry): Program {
  return {
    key: `average pooling ${keyOf(geometry)}`,
    inputs: ['pixels'],
    uniforms: [],
    body: `${windowOfOutput(geometry)}
      var sum = 0.0;
      ${eachTap(geometry, 'sum += pixels[at];')}
      result[index] = sum / f32((endY - firstY) * (endX - firstX));`,
  };
}

/** Each pixel's share of its windows' gradients. */
export function averagePoolingGradient(geometry: PoolingGeometry): Program {
  const { input, window } = geometry;
  const inside = (start: string, size: number, extent: number): string =>
    `(min(${start} + ${size}, ${extent}) - max(${start}, 0))`;
  const rows = inside(`outputY * ${window.strideY} - ${window.top}`, window.height, input.height);
  const columns = inside(`outputX * ${window.strideX} - ${window.left}`, window.width, input.width);
  return {
    key: `average pooling gradient ${keyOf(geometry)}`,
    inputs: ['gradient'],
    uniforms: [],
    body: `
      var sum = 0.0;
      ${eachWindow(geometry, `sum += gradient[at] / f32(${rows} * ${columns});`)}
      result[index] = sum;`,
  };
}
