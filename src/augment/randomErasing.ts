/** Random erasing: a rectangle of an image becomes noise, so that no single part of a face decides (Zhong et al. 2020). */
import type { Size } from '../data/resize.js';
import { scalePixel } from '../data/scaling.js';
import type { Random } from '../random.js';
import type { Scaling } from '../scaling.js';

/** A rectangle inside an image, in pixels; `height` and `width` are 1 or more. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** How often, with which noise. */
export interface ErasingOptions {
  /** From 0 to 1. */
  readonly probability: number;
  /** Of the image. */
  readonly scaling: Scaling;
  /** Where all draws come from. */
  readonly random: Random;
}

/** Share of the image's area: the range of torchvision and timm; the paper goes up to 0.4. */
const area = { least: 0.02, most: 0.33 };
/** Height to width. Its logarithm is uniform, as in torchvision, so that lying and standing rectangles are alike in number. */
const aspect = { least: 0.3, most: 3.3 };
/** As in the authors' code. On a square image all but a few of the largest fit, so this many never fail. */
const attempts = 100;

/**
 * With `probability` fills a rectangle of `image` [height, width], scaled, with grey levels uniform in [0, 255), scaled as well, one
 * per pixel; otherwise leaves it as it is.
 *
 * Reference: Zhong, Zheng, Kang, Li and Yang 2020, Random Erasing Data Augmentation, algorithm 1 with random values ("RE-R").
 */
export function eraseRandomly(
  image: Float32Array,
  { height, width }: Size,
  { probability, scaling, random }: ErasingOptions,
): void {
  if (random.next() >= probability) return;
  const rectangle = drawRectangle({ height, width }, random);
  if (!rectangle) return;
  for (let row = rectangle.top; row < rectangle.top + rectangle.height; row++) {
    const start = row * width + rectangle.left;
    for (let i = start; i < start + rectangle.width; i++) {
      image[i] = scalePixel(Math.fround(random.uniform(0, 255)), scaling);
    }
  }
}

/** A rectangle that fits; undefined when none of many did, as in an image of a single row. */
export function drawRectangle({ height, width }: Size, random: Random): Rectangle | undefined {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const pixels = random.uniform(area.least, area.most) * height * width;
    const ratio = Math.exp(random.uniform(Math.log(aspect.least), Math.log(aspect.most)));
    const own = { height: Math.round(Math.sqrt(pixels * ratio)), width: Math.round(Math.sqrt(pixels / ratio)) };
    if (own.height < 1 || own.width < 1 || own.height > height || own.width > width) continue;
    return { top: random.integer(height - own.height + 1), left: random.integer(width - own.width + 1), ...own };
  }
  return undefined;
}
