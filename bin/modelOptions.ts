/** The options of the commands that open a model: which file, and what it does not say of itself. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { FerError } from '../src/errors.js';
import type { CardAssumptions } from '../src/model/formats/completeCard.js';
import { labelOrderNames, parseLabels } from '../src/model/formats/labelOrders.js';
import { scalings } from '../src/scaling.js';
import { shippedModelText } from './shippedModel.js';

/** The options as commander gives them. */
export interface ModelOptions extends CardAssumptions {
  readonly model?: string;
}

/** Adds `--model`, `--labels`, `--input-size` and `--scaling`. */
export function addModelOptions(command: Command): Command {
  return command
    .option('-m, --model <file>', shippedModelText)
    .addOption(
      new Option(
        '--labels <names>',
        'of a file without a model card: its classes in order, with commas, or a known order',
      )
        .choices(labelOrderNames)
        .argParser(parseLabelsOption),
    )
    .addOption(
      new Option('--input-size <pixels>', 'of a file that leaves it open: height and width of its input').argParser(
        parsePixels,
      ),
    )
    .addOption(
      new Option(
        '--scaling <name>',
        'of a file without a model card: grey levels become -1 to 1, 0 to 1, or stay 0 to 255',
      ).choices(scalings),
    );
}

/** Those of `options` that say what a file does not. */
export function assumptionsOf({ labels, inputSize, scaling }: ModelOptions): CardAssumptions {
  return { ...(labels && { labels }), ...(inputSize !== undefined && { inputSize }), ...(scaling && { scaling }) };
}

function parseLabelsOption(text: string): readonly string[] {
  try {
    return parseLabels(text);
  } catch (error) {
    if (error instanceof FerError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function parsePixels(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 1024) return value;
  throw new InvalidArgumentError('Expected a whole number from 1 to 1024.');
}
