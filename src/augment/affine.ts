/** Mirror, rotation, zoom and shift of a grey image in one affine resampling, as Keras' ImageDataGenerator composes them. */
import type { Size } from '../data/resize.js';
import type { Random } from '../random.js';
import type { AugmentConfig } from './augmentConfig.js';

/** One drawn augmentation. Directions are those of the lookup from output to source, as in Keras. */
export interface AffineParameters {
  /** Mirror left and right, after everything else. */
  readonly mirror: boolean;
  /** Degrees. */
  readonly rotation: number;
  /** Fraction of the width. */
  readonly shiftX: number;
  /** Fraction of the height. */
  readonly shiftY: number;
  /** Factor on the distance between source columns: below 1 enlarges. */
  readonly zoomX: number;
  /** The same for rows. */
  readonly zoomY: number;
}

/** Grey levels 0-255: [height, width]. */
export interface GreyImage {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Draws one augmentation. All six numbers are always drawn, so that switching one change off leaves the others as they were.
 * Each is uniform in ± its amount; the two zoom factors are independent, as in Keras.
 */
export function drawAugmentation(config: AugmentConfig, random: Random): AffineParameters {
  return {
    rotation: random.uniform(-config.rotation, config.rotation),
    shiftY: random.uniform(-config.shiftY, config.shiftY),
    shiftX: random.uniform(-config.shiftX, config.shiftX),
    zoomX: random.uniform(1 - config.zoom, 1 + config.zoom),
    zoomY: random.uniform(1 - config.zoom, 1 + config.zoom),
    mirror: random.next() < 0.5 && config.mirror,
  };
}

/**
 * Where an output pixel looks: with `y = zoomY * (row - (height - 1) / 2) + shiftY` at column
 * `originX - sine * y + stepX * column` and row `originY + cosine * y + stepY * column` of the source.
 */
export interface AffineLookup {
  readonly originX: number;
  readonly originY: number;
  readonly cosine: number;
  readonly sine: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly zoomY: number;
  /** Rows. */
  readonly shiftY: number;
}

/** `source = centre + rotation * (zoom * (output - centre) + shift)`, then the mirror; centre = (width - 1) / 2, (height - 1) / 2. */
export function lookupOf(parameters: AffineParameters, { height, width }: Size): AffineLookup {
  const { mirror, zoomX, zoomY } = parameters;
  const radians = (parameters.rotation * Math.PI) / 180;
  const cosine = Math.cos(radians);
  const sine = Math.sin(radians);
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  // The mirror is a walk through the columns from right to left.
  const firstX = zoomX * (mirror ? centreX : -centreX) + parameters.shiftX * width;
  const step = mirror ? -zoomX : zoomX;
  // Without spreads: this is called for every image, and Node 20 makes garbage of them that survives until it marks the whole heap.
  return {
    originX: centreX + cosine * firstX,
    originY: centreY + sine * firstX,
    cosine,
    sine,
    stepX: step * cosine,
    stepY: step * sine,
    zoomY,
    shiftY: parameters.shiftY * height,
  };
}

/** Keeps rounding of the border's position away from the loop that does not check its indices. */
const borderMargin = 1e-6;

/**
 * Resamples `image` into `target` [height, width], grey levels 0-255, bilinear, the nearest edge pixel outside.
 * `affineProgram` does the same, to the bit, where there are vectors.
 *
 * Reference: Keras `apply_affine_transform` with order 1 and fill mode "nearest". Keras applies the centre and the shift
 * range of the rows to the columns and the other way round; here x is horizontal, which differs only if the image is
 * not square or the two shifts differ.
 */
export function augmentImage(image: GreyImage, parameters: AffineParameters, target: Float32Array): void {
  const { pixels, height, width } = image;
  const { originX, originY, cosine, sine, stepX, stepY, zoomY, shiftY } = lookupOf(parameters, image);

  for (let row = 0; row < height; row++) {
    const rowY = zoomY * (row - (height - 1) / 2) + shiftY;
    const startX = originX - sine * rowY;
    const startY = originY + cosine * rowY;
    const enter = Math.max(enterAt(startX, stepX, width - 1), enterAt(startY, stepY, height - 1)) + borderMargin;
    const leave = Math.min(leaveAt(startX, stepX, width - 1), leaveAt(startY, stepY, height - 1)) - borderMargin;
    const insideFrom = Math.min(width, Math.max(0, Math.ceil(enter)));
    const insideTo = Math.max(insideFrom, Math.min(width, Math.floor(leave) + 1));

    const out = row * width;
    for (let column = 0; column < insideFrom; column++) {
      target[out + column] = sampleClamped(image, startX + stepX * column, startY + stepY * column);
    }
    for (let column = insideFrom; column < insideTo; column++) {
      const x = startX + stepX * column;
      const y = startY + stepY * column;
      const left = x | 0;
      const top = y | 0;
      const fractionX = x - left;
      const at = top * width + left;
      const upper = pixels[at]! + fractionX * (pixels[at + 1]! - pixels[at]!);
      const below = at + width;
      const lower = pixels[below]! + fractionX * (pixels[below + 1]! - pixels[below]!);
      target[out + column] = upper + (y - top) * (lower - upper);
    }
    for (let column = insideTo; column < width; column++) {
      target[out + column] = sampleClamped(image, startX + stepX * column, startY + stepY * column);
    }
  }
}

/** The position, as a real number of steps, from which `start + step * position` lies in 0 .. last; Infinity if never. */
function enterAt(start: number, step: number, last: number): number {
  if (step === 0) return start >= 0 && start < last ? -Infinity : Infinity;
  return step > 0 ? -start / step : (last - start) / step;
}

/** The position up to which `start + step * position` lies in 0 .. last; -Infinity if never. */
function leaveAt(start: number, step: number, last: number): number {
  if (step === 0) return start >= 0 && start < last ? Infinity : -Infinity;
  return step > 0 ? (last - start) / step : -start / step;
}

/** Bilinear sample at (x, y), moved to the nearest point of the image. */
function sampleClamped({ pixels, height, width }: GreyImage, x: number, y: number): number {
  const insideX = Math.min(width - 1, Math.max(0, x));
  const insideY = Math.min(height - 1, Math.max(0, y));
  const left = Math.floor(insideX);
  const top = Math.floor(insideY);
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  const upperLeft = pixels[top * width + left]!;
  const lowerLeft = pixels[bottom * width + left]!;
  const upper = upperLeft + (insideX - left) * (pixels[top * width + right]! - upperLeft);
  const lower = lowerLeft + (insideX - left) * (pixels[bottom * width + right]! - lowerLeft);
  return upper + (insideY - top) * (lower - upper);
}
