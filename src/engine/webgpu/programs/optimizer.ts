/** The update of all trainable weights at once. */
import type { Program } from '../program.js';
import { wgslFloat } from './normalization.js';

/** How the weights follow their gradients, as `layers-wasm` defines it. */
export type UpdateSettings =
  | {
      readonly kind: 'adam';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      /** 0 for Adam itself, above for AdamW. */
      readonly weightDecay: number;
    }
  | { readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: boolean };

export interface UpdateOptions {
  readonly settings: UpdateSettings;
  /** Gradients are multiplied by the factor of `clippingFactor`. */
  readonly clipped: boolean;
  /** Of the moving average of the weights; undefined = none is kept. */
  readonly averageDecay: number | undefined;
}

/** Weights in the state begin at multiples of this many elements, so that few indices say whose an element is. */
export const blockSize = 64;

/** Numbers of a weight in `scalars`: twice its L2 factor, and those of its step. */
export const weightScalars = { penalty: 0, stepSize: 1, shrinkage: 2 } as const;
export const scalarsPerWeight = 4;

const scalarOf = (name: keyof typeof weightScalars): string => `scalars[scalar + ${weightScalars[name]}]`;

/** The gradient of element `at`, L2 included; `values` is the array that the weights are in. */
const totalGradient = (values: 'result' | 'state', at: 'index' | 'at'): string => `
  let scalar = weights[${at} / ${blockSize}] * ${scalarsPerWeight};
  let weight = ${values}[${at}];
  let total = workspace[${at}] + ${scalarOf('penalty')} * weight;`;

/** Threads that add squares up, each every `squareThreads`-th. */
export const squareThreads = 1024;

/** Partial sums of the squares of all gradients, [squareThreads]; `elements` is how many there are. */
export const gradientSquares: Program = {
  key: 'gradient squares',
  inputs: ['state', 'workspace', 'weights', 'scalars'],
  uniforms: ['elements'],
  body: `
    var sum = 0.0;
    for (var at = index; at < uniforms.elements; at += ${squareThreads}) {
      ${totalGradient('state', 'at')}
      sum += total * total;
    }
    result[index] = sum;`,
};

/** `clipNorm / max(norm, clipNorm)`, the norm from the partial sums of its square. */
export function clippingFactor(clipNorm: number): Program {
  return {
    key: `clipping factor ${clipNorm}`,
    inputs: ['squares'],
    uniforms: [],
    body: `
      var sum = 0.0;
      for (var i = 0; i < ${squareThreads}; i++) { sum += squares[i]; }
      let norm = sqrt(sum);
      result[index] = select(1.0, ${wgslFloat(clipNorm)} / norm, !(norm <= ${wgslFloat(clipNorm)}));`,
  };
}

/** Partial sums of the L2 penalties, [squareThreads]; `elements` counts the weights that are not trained too. */
export const penaltySums: Program = {
  key: 'penalty sums',
  inputs: ['state', 'weights', 'scalars'],
  uniforms: ['elements'],
  body: `
    var sum = 0.0;
    for (var at = index; at < uniforms.elements; at += ${squareThreads}) {
      let scalar = weights[at / ${blockSize}] * ${scalarsPerWeight};
      sum += 0.5 * ${scalarOf('penalty')} * state[at] * state[at];
    }
    result[index] = sum;`,
};

/**
 * Updates the state [weights, then a row of every slot], in place. `slots` is where the first slot begins; each is as long as the trained
 * weights, for which there is a thread each.
 */
export function updateWeights({ settings, clipped, averageDecay }: UpdateOptions): Program {
  const rule = settings.kind === 'adam' ? adamRule(settings) : sgdRule(settings);
  const average = `
    let averageAt = uniforms.slots + ${rule.slots} * uniforms.size + index;
    result[averageAt] += ${wgslFloat(1 - (averageDecay ?? 0))} * (parameter - result[averageAt]);`;
  return {
    key: `update weights ${JSON.stringify({ settings, clipped, averageDecay })}`,
    inputs: ['workspace', 'weights', 'scalars', ...(clipped ? ['factor'] : [])],
    uniforms: ['slots'],
    body: `
      ${totalGradient('result', 'index')}
      let gradient = total${clipped ? ' * factor[0]' : ''};
      let stepSize = ${scalarOf('stepSize')};
      var parameter = weight;
      ${rule.body}
      result[index] = parameter;
      ${averageDecay === undefined ? '' : average}`,
  };
}

interface Rule {
  readonly slots: number;
  readonly body: string;
}

function adamRule({ beta1, beta2, epsilon, weightDecay }: Extract<UpdateSettings, { kind: 'adam' }>): Rule {
  return {
    slots: 2,
    body: `
      ${weightDecay > 0 ? `parameter -= ${scalarOf('shrinkage')} * parameter;` : ''}
      let firstAt = uniforms.slots + index;
      let secondAt = firstAt + uniforms.size;
      let first = result[firstAt] + ${wgslFloat(1 - beta1)} * (gradient - result[firstAt]);
      let second = result[secondAt] + ${wgslFloat(1 - beta2)} * (gradient * gradient - result[secondAt]);
      result[firstAt] = first;
      result[secondAt] = second;
      parameter -= stepSize * first / (sqrt(second) + ${wgslFloat(epsilon)});`,
  };
}

function sgdRule({ momentum, nesterov }: Extract<UpdateSettings, { kind: 'sgd' }>): Rule {
  if (momentum === 0) return { slots: 0, body: 'parameter -= stepSize * gradient;' };
  const kept = wgslFloat(momentum);
  return {
    slots: 1,
    body: `
      let velocityAt = uniforms.slots + index;
      let velocity = ${kept} * result[velocityAt] - stepSize * gradient;
      result[velocityAt] = velocity;
      parameter += ${nesterov ? `${kept} * velocity - stepSize * gradient` : 'velocity'};`,
  };
}
