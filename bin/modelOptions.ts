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

/** The class names of a file that does not name them. */
export const labelsFlag = {
  flags: '--labels <names>',
  description: 'of a file without a model card: its classes in order, with commas, or a known order',
  words: labelOrderNames,
  parse: parseLabelsOption,
};

/** The scaling of a file that does not say it. */
export const scalingFlag = {
  flags: '--scaling <name>',
  description: 'of a file without a model card: grey levels become -1 to 1, 0 to 1, or stay 0 to 255',
  choices: scalings,
};

/** Adds `--model`, `--labels`, `--input-size` and `--scaling`. */
export function addModelOptions(command: Command): Command {
  return command
    .option('-m, --model <file>', shippedModelText)
    .addOption(
      new Option(labelsFlag.flags, labelsFlag.description).choices(labelsFlag.words).argParser(labelsFlag.parse),
    )
    .addOption(
      new Option('--input-size <pixels>', 'of a file that leaves it open: height and width of its input').argParser(
        parsePixels,
      ),
    )
    .addOption(new Option(scalingFlag.flags, scalingFlag.description).choices(scalingFlag.choices));
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
