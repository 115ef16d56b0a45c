/** Which elements dropout keeps: a function of seed, update, layer and element, so that every executor draws the same ones. */
import { padChannels, type Shape } from '../compiler/layout.js';

/** Seed of all masks of one training step: update number `update`, counted from 1, of a network with `seed`. */
export function dropoutKey(seed: number, update: number): number {
  return Math.imul(seed ^ Math.imul(update, 0x9e3779b9), 0x85ebca6b);
}

/** Seed of the mask of one layer: `index` tells the layers of a network apart. */
export function dropoutStream(key: number, index: number): number {
  return scramble((key + Math.imul(index, 0x9e3779b9)) | 0);
}

/** Elements are kept whose number is not below this, as an unsigned 32-bit number. */
export function dropoutThreshold(rate: number): number {
  return Math.min(0xffffffff, Math.round(rate * 4294967296));
}

/**
 * Writes the factors of `count` samples of `shape` into `factors` [count, height, width, channels]: `1 / (1 - rate)`, or 0 for what is
 * dropped. `stream` is that of the layer in this step. Elements are counted with channels padded to fours, as they lie in memory.
 */
export function writeDropoutFactors(
  factors: Float32Array,
  { stream, rate, shape, count }: { stream: number; rate: number; shape: Shape; count: number },
): void {
  const { channels } = shape;
  const [kept, threshold, pixel] = [Math.fround(1 / (1 - rate)), dropoutThreshold(rate), padChannels(channels)];
  const pixels = count * shape.height * shape.width;
  let at = 0;
  for (let element = 0; element < pixels * pixel; element += pixel) {
    for (let channel = 0; channel < channels; channel++) {
      const draw = scramble((element + channel) ^ stream) >>> 0;
      factors[at++] = draw < threshold ? 0 : kept;
    }
  }
}

/** The 32-bit finaliser of MurmurHash3 (Appleby 2011). */
function scramble(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
