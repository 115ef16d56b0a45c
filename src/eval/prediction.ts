/** Pictures in, labels with probabilities out; a picture that cannot be read does not keep the others from their answers. */
import { readImage, type PictureSource } from '../data/image.js';
import type { CompiledModel } from '../engine/engine.js';
import { FerError } from '../errors.js';
import type { ModelCard } from '../model/modelFile.js';
import { argmax } from './metrics.js';
import { inputSize, modelInput } from './modelInput.js';
import { requireFinite } from './probabilities.js';

/** What the model says of one picture. */
export interface Prediction {
  /** The path or name that was given. */
  readonly name: string;
  /** The most probable class. */
  readonly label: string;
  /** Its probability, in [0, 1]. */
  readonly probability: number;
  /** In the order of the model's classes; they sum to 1. */
  readonly probabilities: readonly number[];
  /** Exactly what the network saw, before scaling: grey levels 0-255 [height, width]. */
  readonly input: Uint8Array;
}

/** A picture that could not be read. */
export interface PredictionFailure {
  readonly name: string;
  /** IMAGE_INVALID: what is wrong with it and what to do. */
  readonly error: FerError;
}

export type PredictionResult = Prediction | PredictionFailure;

export interface PredictionOptions {
  readonly compiled: CompiledModel;
  readonly card: ModelCard;
  readonly pictures: Iterable<PictureSource> | AsyncIterable<PictureSource>;
  /** Pictures read and predicted together: 1 up to the batch size that the model was compiled for. */
  readonly batchSize: number;
  /** How a picture that is not square is brought to the input's shape: `stretch` when absent, or `crop` its centre. */
  readonly fit?: 'stretch' | 'crop';
}

/**
 * One result per picture, in the order given, each batch as soon as it is done. Throws only what is no fault of a picture: MODEL_INVALID
 * when the model gives probabilities that are not numbers.
 */
export async function* predictImages(options: PredictionOptions): AsyncGenerator<PredictionResult, void, undefined> {
  let batch: PictureSource[] = [];
  for await (const picture of options.pictures) {
    batch.push(picture);
    if (batch.length < options.batchSize) continue;
    yield* await predictBatch(batch, options);
    batch = [];
  }
  if (batch.length > 0) yield* await predictBatch(batch, options);
}

/** Whether the picture got an answer. */
export function isPrediction(result: PredictionResult): result is Prediction {
  return 'label' in result;
}

interface ReadPicture {
  readonly name: string;
  readonly input: Uint8Array;
}

async function predictBatch(pictures: PictureSource[], options: PredictionOptions): Promise<PredictionResult[]> {
  const { compiled, card } = options;
  const size = inputSize(card);
  const read = await Promise.all(pictures.map((picture) => readPicture(picture, options)));
  const readable = read.filter((picture): picture is ReadPicture => 'input' in picture);
  if (readable.length === 0) return read as PredictionFailure[];
  const area = size.height * size.width;
  const pixels = new Uint8Array(readable.length * area);
  readable.forEach(({ input }, index) => pixels.set(input, index * area));
  const output = await compiled.predict(modelInput(pixels, size, card), readable.length);
  requireFinite(output, card);
  const classes = card.classNames.length;
  let row = 0;
  return read.map((picture) => {
    if ('error' in picture) return picture;
    const probabilities = Array.from(output.subarray(row * classes, ++row * classes));
    const best = argmax(probabilities);
    return { ...picture, label: card.classNames[best]!, probability: probabilities[best]!, probabilities };
  });
}

async function readPicture(
  picture: PictureSource,
  { card, fit = 'stretch' }: PredictionOptions,
): Promise<ReadPicture | PredictionFailure> {
  const name = typeof picture === 'string' ? picture : picture.name;
  try {
    return { name, input: await readImage(picture, { ...inputSize(card), channels: 1, fit }) };
  } catch (error) {
    if (error instanceof FerError && error.code === 'IMAGE_INVALID') return { name, error };
    throw error;
  }
}
