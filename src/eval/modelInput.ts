/** Grey pixels to what a model takes, by its card alone. */
import { resizeImages, type Size } from '../data/resize.js';
import { scalePixels } from '../data/scaling.js';
import { FerError } from '../errors.js';
import type { ModelCard } from '../model/modelFile.js';

/** Height and width of the card's input. Throws MODEL_UNSUPPORTED when the model takes colour. */
export function inputSize(card: ModelCard): Size {
  const [height, width, channels] = card.inputShape;
  if (channels !== 1) {
    throw new FerError(
      'MODEL_UNSUPPORTED',
      `Expected a model of grey images (1 channel); ${card.name} takes ${channels} channels. Choose a grey model.`,
    );
  }
  return { height, width };
}

/** Grey levels [count, height, width] of size `from` as network input [count, height, width, 1]: resized where needed, then scaled. */
export function modelInput(pixels: Uint8Array, from: Size, card: ModelCard): Float32Array {
  return scalePixels(resizeImages(pixels, { from, to: inputSize(card) }));
}
