/** Programs that treat every channel by itself: dropout, repeated channels. */
import type { Program } from '../program.js';

/**
 * `x / (1 - rate)` for elements that stay, else 0; the gradient is the same of the gradient. `streams` [dropouts] holds the seeds of the
 * step's masks, the layer's own at `layer`. Elements are counted as `layers-wasm` counts them: with channels padded to fours.
 */
export function dropout({
  channels,
  rate,
  threshold,
}: {
  readonly channels: number;
  readonly rate: number;
  readonly threshold: number;
}): Program {
  return {
    key: `dropout ${channels} ${rate}`,
    inputs: ['x', 'streams'],
    uniforms: ['layer'],
    body: `
      var draw = u32(index / ${channels} * ${Math.ceil(channels / 4) * 4} + index % ${channels}) ^ bitcast<u32>(streams[uniforms.layer]);
      draw = (draw ^ (draw >> 16u)) * 0x85ebca6bu;
      draw = (draw ^ (draw >> 13u)) * 0xc2b2ae35u;
      draw = draw ^ (draw >> 16u);
      result[index] = select(x[index] * f32(${1 / (1 - rate)}), 0.0, draw < ${threshold}u);`,
  };
}

/** Each of `channels` channels `times` times in a row. */
export function repeatChannels(channels: number, times: number): Program {
  return {
    key: `repeat channels ${channels} ${times}`,
    inputs: ['x'],
    uniforms: [],
    body: `result[index] = x[index / ${channels * times} * ${channels} + index % ${channels * times} / ${times}];`,
  };
}

/** The sum of the gradients of a channel's repetitions. */
export function repeatChannelsGradient(times: number): Program {
  return {
    key: `repeat channels gradient ${times}`,
    inputs: ['gradient'],
    uniforms: [],
    body: `
      var sum = 0.0;
      for (var i = 0; i < ${times}; i++) { sum += gradient[index * ${times} + i]; }
      result[index] = sum;`,
  };
}
