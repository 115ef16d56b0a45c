/** Prints predictions as they come: bars, CSV lines, or one JSON document at the end. */
import { isPrediction, type Prediction, type PredictionResult } from '../../src/eval/prediction.js';
import {
  formatPrediction,
  predictionCsvHeader,
  predictionCsvLine,
  predictionRecord,
  type PredictionRecord,
} from '../../src/eval/predictionFormats.js';
import { FerError } from '../../src/errors.js';
import { replaceFile } from '../../src/files.js';
import type { AssumedField } from '../../src/model/formats/completeCard.js';
import type { ModelCard } from '../../src/model/modelFile.js';
import { printResult, type OutputOptions } from '../output.js';

export interface PredictionPrinterOptions extends OutputOptions {
  readonly card: ModelCard;
  /** What the model's file does not say. */
  readonly assumed: readonly AssumedField[];
  readonly csv?: boolean;
  /** Where what the network saw goes: a path per picture, or none. */
  readonly shownInputs: readonly string[];
}

export interface PredictionPrinter {
  print(result: PredictionResult): Promise<void>;
  /** Prints what is left and returns the number of pictures without an answer, or whose input could not be written. */
  finish(): number;
}

const barWidth = 30;

export function predictionPrinter(options: PredictionPrinterOptions): PredictionPrinter {
  const { card, assumed, csv = false, json = false, shownInputs } = options;
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
      const target = shownInputs[printed - 1];
      if (target === undefined) return;
      await writeInput(result, card, target).catch((error: unknown) => {
        if (!(error instanceof FerError)) throw error;
        failures += 1; // the answers are worth more than what was to be seen
        console.error(`fer: ${error.message}`);
      });
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
