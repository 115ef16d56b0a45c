/** Batches of drawn faces. */
import type { TrainingBatch } from '../../../src/engine/engine.js';
import { scalePixels } from '../../../src/data/scaling.js';
import { drawFace } from '../../../src/data/synthesize.js';
import { Random } from '../../../src/random.js';

export const classes = 7;

export interface FaceOptions {
  readonly count: number;
  /** [height, width, channels]; faces are drawn square, and cut. */
  readonly shape: readonly [number, number, number];
  readonly learningRate?: number;
}

/** Batch number `index` of its kind: another has other faces. A colour is another face's grey. */
export function faceBatch(index: number, { count, shape, learningRate = 1e-3 }: FaceOptions): TrainingBatch {
  const labels = Uint8Array.from({ length: count }, (_, i) => (i + 3 * index) % classes);
  const random = new Random(1).fork(`batch/${index}`);
  const faces = Array.from(labels, (label, i) => facePixels(label, random.fork(`face/${i}`), shape));
  const pixels = Uint8Array.from(faces.flatMap((face) => [...face]));
  return { images: scalePixels(pixels), labels, count, learningRate };
}

/** [height, width, channels]. */
function facePixels(label: number, random: Random, [height, width, channels]: FaceOptions['shape']): Uint8Array {
  const size = Math.max(height, width);
  const greys = Array.from({ length: channels }, (_, c) => drawFace(label, random.fork(`channel/${c}`), size));
  const pixels = new Uint8Array(height * width * channels);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = Math.floor(i / channels);
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    pixels[i] = greys[i % channels]![y * size + x]!;
  }
  return pixels;
}
