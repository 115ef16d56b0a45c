/** Drawn faces in the form of FER-2013: data for trying the toolkit, for tests and for speed, free of anyone's photographs. */
import { createHash } from 'node:crypto';
import { FerError } from '../errors.js';
import { Random } from '../random.js';
import { classNames, imageSize, type Dataset } from './dataset.js';
import { drawActionUnits } from './faces/actionUnits.js';
import { drawAppearance } from './faces/appearance.js';
import { paintFace } from './faces/face.js';
import { splitWithoutUsage } from './split.js';

/** Images per class in the whole of FER-2013, in the order of `classNames`. */
const fer2013Counts: readonly number[] = [4953, 547, 5121, 8989, 6077, 4002, 6198];

/** The most faces that are drawn: 0.9 GB of pixels, and some minutes. */
export const maximumFaces = 400_000;

export interface SynthesisOptions {
  /** Images to draw, at least one per class and at most `maximumFaces`. */
  readonly count: number;
  /** The same seed draws the same faces. */
  readonly seed: number;
  /** `even`: as many of each class (default); `fer2013`: its shares, 25 % happy and 1.5 % disgust. */
  readonly balance?: 'even' | 'fer2013';
  /** Share of each class that becomes PublicTest, in [0, 1). Default 0.1. */
  readonly validationFraction?: number;
  /** Share of each class that becomes PrivateTest, in [0, 1). Default 0.1. */
  readonly testFraction?: number;
  /** Called after every face with the number drawn so far, of `count`. */
  readonly onProgress?: (done: number, count: number) => void;
}

/**
 * Draws `count` faces of 48x48 that show the seven expressions, in mixed order, with a stratified split. Face i of a seed depends
 * on its class and i only. Its hash is that of its pixels, labels and usage. About 2,000 faces a second.
 * Throws CONFIG_INVALID, before it draws, when `count` is below the number of classes or above `maximumFaces`.
 */
export function synthesizeDataset(options: SynthesisOptions): Dataset {
  const { count, seed, balance = 'even', validationFraction = 0.1, testFraction = 0.1, onProgress } = options;
  if (!Number.isInteger(count) || count < classNames.length || count > maximumFaces) {
    const range = `a count of ${classNames.length} to ${maximumFaces} faces`;
    throw new FerError('CONFIG_INVALID', `Expected ${range}, got ${count}.`);
  }
  const random = new Random(seed).fork('faces');
  const labels = random
    .fork('order')
    .shuffle(shareOut(count, balance === 'even' ? classNames.map(() => 1) : fer2013Counts));
  const area = imageSize * imageSize;
  const pixels = new Uint8Array(count * area);
  for (let i = 0; i < count; i++) {
    pixels.set(drawFace(labels[i]!, random.fork(`face/${i}`)), i * area);
    onProgress?.(i + 1, count);
  }
  const drawn = {
    pixels,
    labels,
    usage: new Uint8Array(count),
    count,
    height: imageSize,
    width: imageSize,
    classNames,
    hash: '',
  };
  const dataset = splitWithoutUsage(drawn, { validationFraction, testFraction, seed });
  const hash = createHash('sha256').update(pixels).update(labels).update(dataset.usage).digest('hex');
  return { ...dataset, hash };
}

/** One face of class `label`: grey levels [size, size]. Larger sizes show the same kind of face with finer edges. */
export function drawFace(label: number, random: Random, size: number = imageSize): Uint8Array {
  const units = drawActionUnits(classNames[label]!, random.fork('expression'));
  const look = drawAppearance(size, random.fork('appearance'));
  return paintFace(size, { look, units, random: random.fork('noise') });
}

/** `count` labels in proportion to `weights`, at least one of each, by largest remainder; sorted. */
function shareOut(count: number, weights: readonly number[]): Uint8Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => ((count - weights.length) * weight) / total);
  const counts = exact.map((share) => 1 + Math.floor(share));
  const byRemainder = exact.map((share, label) => ({ label, rest: share - Math.floor(share) }));
  byRemainder.sort((a, b) => b.rest - a.rest || a.label - b.label);
  const left = count - counts.reduce((sum, n) => sum + n, 0);
  for (const { label } of byRemainder.slice(0, left)) counts[label]! += 1;
  return Uint8Array.from(counts.flatMap((n, label) => new Array<number>(n).fill(label)));
}
