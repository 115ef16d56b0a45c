/** Grey pixels to what a model takes, by its card alone. */
import { resizeImages, type Size } from '../data/resize.js';
import { scalePixels } from '../data/scaling.js';
import { FerError } from '../errors.js';
import type { ModelCard } from '../model/modelFile.js';

/** Height and width of the card's input. Throws MODEL_UNSUPPORTED when its channels are neither one nor the three of colour. */
export function inputSize(card: ModelCard): Size {
  const [height, width, channels] = card.inputShape;
  if (channels !== 1 && channels !== 3) {
    throw new FerError(
      'MODEL_UNSUPPORTED',
      `Expected a model of grey or colour images (1 or 3 channels); ${card.name} takes ${channels} channels. Choose another model.`,
    );
  }
  return { height, width };
}

/**
 * Grey levels [count, height, width] of size `from` as network input [count, height, width, channels]: resized where needed, scaled as
 * the card says, and given to red, green and blue alike where the model takes colour.
 */
export function modelInput(pixels: Uint8Array, from: Size, card: ModelCard): Float32Array {
  const grey = scalePixels(resizeImages(pixels, { from, to: inputSize(card) }), card.scaling);
  const channels = card.inputShape[2];
  return channels === 1 ? grey : repeatEach(grey, channels);
}

function repeatEach(values: Float32Array, times: number): Float32Array {
  const repeated = new Float32Array(values.length * times);
  for (let i = 0; i < repeated.length; i++) repeated[i] = values[Math.floor(i / times)]!;
  return repeated;
}
