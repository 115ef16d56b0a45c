/** Prints predictions as they come: bars, CSV lines, or one JSON document at the end. */
import { parse } from 'node:path';
import { isPrediction, type Prediction, type PredictionResult } from '../../src/eval/prediction.js';
import {
  formatPrediction,
  predictionCsvHeader,
  predictionCsvLine,
  predictionRecord,
  type PredictionRecord,
} from '../../src/eval/predictionFormats.js';
import { replaceFile } from '../../src/files.js';
import type { AssumedField } from '../../src/model/formats/completeCard.js';
import type { ModelCard } from '../../src/model/modelFile.js';
import { printResult, type OutputOptions } from '../output.js';

export interface PredictionPrinterOptions extends OutputOptions {
  readonly card: ModelCard;
  /** What the model's file does not say. */
  readonly assumed: readonly AssumedField[];
  /** Pictures to come. */
  readonly count: number;
  readonly csv?: boolean;
  /** Where what the network saw goes. */
  readonly showInput?: string;
}

export interface PredictionPrinter {
  print(result: PredictionResult): Promise<void>;
  /** Prints what is left and returns the number of pictures without an answer. */
  finish(): number;
}

const barWidth = 30;

export function predictionPrinter(options: PredictionPrinterOptions): PredictionPrinter {
  const { card, assumed, count, csv = false, json = false, showInput } = options;
  const { classNames } = card;
  const records: PredictionRecord[] = [];
  let printed = 0;
  let failures = 0;
  if (csv) process.stdout.write(predictionCsvHeader(classNames));
  return {
    async print(result) {
      printed += 1;
      if (json) records.push(predictionRecord(result, classNames));
      if (csv) process.stdout.write(predictionCsvLine(result, classNames));
      if (!isPrediction(result)) {
        failures += 1;
        console.error(`fer: ${result.error.message}`);
        return;
      }
      if (!json && !csv) process.stdout.write(formatPrediction(result, { classNames, barWidth }));
      if (showInput !== undefined)
        await writeInput(result, card, count === 1 ? showInput : numbered(showInput, printed));
    },
    finish() {
      if (json) printResult({ model: card.name, predictions: records, assumed });
      return failures;
    },
  };
}

async function writeInput({ input }: Prediction, card: ModelCard, path: string): Promise<void> {
  const { inputAsPng } = await import('../../src/eval/inputPicture.js');
  const [height, width] = card.inputShape;
  await replaceFile(path, await inputAsPng(input, { height, width }));
}

/** `seen.png` -> `seen-2.png` for the second picture. */
function numbered(path: string, index: number): string {
  const { dir, name, ext } = parse(path);
  return `${dir === '' ? '' : `${dir}/`}${name}-${index}${ext}`;
}
