/** `fer predict`: the expression on pictures of faces. */
import { Command, Option } from 'commander';
import type { EngineChoice } from '../../src/engine/engineNames.js';
import { engineOption } from '../engineOption.js';
import { PartialFailure } from '../failure.js';
import { addModelOptions, assumptionsOf, type ModelOptions } from '../modelOptions.js';
import { openModel } from '../openModel.js';
import { addOutputOptions, type OutputOptions } from '../output.js';
import { findPictures } from '../pictures.js';
import { requireFreeShownInputs, shownInputPaths } from '../shownInputs.js';
import { threadsOption } from '../threadsOption.js';

interface PredictOptions extends OutputOptions, ModelOptions {
  readonly csv?: boolean;
  readonly showInput?: string;
  readonly fit: 'stretch' | 'crop';
  readonly threads: number;
  readonly engine: EngineChoice;
}

/** Pictures read and predicted together. */
const largestBatch = 32;

const notes = `
Pictures are PNG, JPEG, WebP, AVIF, GIF or TIFF of one face each, in colour or
grey, of any size. Cut the face out first: the model was trained on faces that
fill the picture. A picture that cannot be read gives an error on stderr and
exit code 1; the others still get their answers. What a model of others does not
say of itself is assumed, and said.

Examples:
  $ fer predict face.png
  $ fer predict photos/ 'more/*.jpg' --csv > answers.csv
  $ curl -s https://example.org/face.jpg | fer predict -
  $ fer predict face.png --model checkpoints/long --show-input seen.png
  $ fer predict face.png --model emotions.h5 --labels ferplus --scaling none`;

export function predictCommand(): Command {
  const command = new Command('predict')
    .description('Name the expression on pictures of faces, with the probability of each class.')
    .argument('<images...>', 'image files, folders, patterns such as "faces/*.png", or - for standard input');
  addModelOptions(command)
    .addOption(new Option('--csv', 'print one line of CSV per picture').conflicts('json'))
    .option(
      '--show-input <file>',
      'write what the network saw as PNG, numbered when there are several pictures; replaced when it exists',
    )
    .addOption(
      new Option('--fit <how>', 'pictures that are not square: squeeze them, or keep their centre')
        .choices(['stretch', 'crop'])
        .default('stretch'),
    )
    .addOption(engineOption())
    .addOption(threadsOption(1))
    .addHelpText('after', notes)
    .action(predict);
  return addOutputOptions(command);
}

async function predict(images: string[], options: PredictOptions): Promise<void> {
  const { model, threads, engine, fit, showInput } = options;
  const found = await findPictures(images);
  const shownInputs = showInput === undefined ? [] : shownInputPaths(showInput, found.length);
  await requireFreeShownInputs(
    shownInputs,
    found.map(({ name }) => name),
  );
  const batchSize = Math.min(found.length, largestBatch);
  const [{ compiled, card, assumed }, { predictImages }, { predictionPrinter }] = await Promise.all([
    openModel({ model, assumptions: assumptionsOf(options), batchSize, threads, engine }, options),
    import('../../src/eval/prediction.js'),
    import('../results/predictionPrinter.js'),
  ]);
  try {
    const printer = predictionPrinter({ card, assumed, shownInputs, ...options });
    const pictures = found.flatMap(({ source }) => (source === undefined ? [] : [source]));
    const answers = predictImages({ compiled, card, pictures, batchSize, fit });
    for (const { name, error } of found) {
      const answer = error ? { name, error } : (await answers.next()).value;
      if (answer) await printer.print(answer);
    }
    if (printer.finish() > 0) throw new PartialFailure();
  } finally {
    await compiled.close();
  }
}
