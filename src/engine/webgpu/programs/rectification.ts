/** Rectifiers: by themselves and as a part of normalisations. */
import type { Program } from '../program.js';

/** `max(x, 0)`, and `min(., ceiling)` for ReLU6 and its like. */
export interface Rectifier {
  readonly ceiling: number | undefined;
}

export const rectifierKey = (rectifier: Rectifier | undefined): string =>
  rectifier ? `rectified ${rectifier.ceiling ?? ''}` : 'plain';

/** The expression of `value` behind the rectifier, if there is one. NaN passes, so that a diverged step shows. */
export function rectify(value: string, rectifier: Rectifier | undefined): string {
  if (!rectifier) return value;
  const positive = `select(${value}, 0.0, ${value} < 0.0)`;
  const { ceiling } = rectifier;
  return ceiling === undefined ? positive : `select(${positive}, f32(${ceiling}), ${value} > f32(${ceiling}))`;
}

/** The expression of `gradient` where the rectifier let its value through; `output` is what came out of it. */
export function passGradient(gradient: string, output: string, rectifier: Rectifier | undefined): string {
  if (!rectifier) return gradient;
  const { ceiling } = rectifier;
  const below = ceiling === undefined ? '' : ` && ${output} < f32(${ceiling})`;
  return `select(0.0, ${gradient}, ${output} > 0.0${below})`;
}

export function rectification(rectifier: Rectifier): Program {
  return {
    key: rectifierKey(rectifier),
    inputs: ['x'],
    uniforms: [],
    body: `let value = x[index]; result[index] = ${rectify('value', rectifier)};`,
  };
}

/** The gradient of a rectifier's input, of its output's gradient and its output. */
export function rectificationGradient(rectifier: Rectifier): Program {
  return {
    key: `gradient ${rectifierKey(rectifier)}`,
    inputs: ['gradient', 'output'],
    uniforms: [],
    body: `result[index] = ${passGradient('gradient[index]', 'output[index]', rectifier)};`,
  };
}
