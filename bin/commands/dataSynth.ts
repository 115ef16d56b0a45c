/** `fer data synth`: drawn faces in the form of FER-2013, for trying things without the real data. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Dataset } from '../../src/data/dataset.js';
import { formatCount } from '../../src/eval/decimals.js';
import { replaceFile } from '../../src/files.js';
import { parseNumber } from '../flagTable.js';
import { addOutputOptions, printResult, type OutputOptions } from '../output.js';

interface SynthOptions extends OutputOptions {
  readonly count: number;
  readonly seed: number;
  readonly balance: 'even' | 'fer2013';
  readonly pictures?: string;
}

/** Height and width of the pictures, in pixels: what a cut-out face often has. */
const pictureSize = 192;

const examples = `
Examples:
  $ fer data synth faces.csv
  $ fer data synth faces.csv --count 20000 --balance fer2013 --seed 7
  $ fer data synth faces.csv --pictures faces/`;

export function synthCommand(): Command {
  const command = new Command('synth')
    .description(
      'Draw faces with the seven expressions and write them as a FER-2013 CSV: 80 % Training, 10 % each test.',
    )
    .argument('<csv>', 'file to write; replaced when it exists')
    .option('-n, --count <faces>', 'faces to draw, at least one per class and at most 400,000', parseNumber, 5000)
    .option('--seed <integer>', 'the same seed draws the same faces', parseNumber, 42)
    .addOption(
      new Option('--balance <shares>', 'as many of each class, or the shares of FER-2013')
        .choices(['even', 'fer2013'])
        .default('even'),
    )
    .option('--pictures <folder>', 'also write one picture per class, of faces that are not in the CSV')
    .addHelpText('after', examples)
    .action(synthesize);
  return addOutputOptions(command);
}

async function synthesize(path: string, options: SynthOptions): Promise<void> {
  const { count, seed, balance, pictures } = options;
  const { synthesizeDataset } = await import('../../src/data/synthesize.js');
  const { writeDatasetCsv } = await import('../../src/data/writeCsv.js');
  const { countProgress } = await import('../progress/count.js');
  const dataset = synthesizeDataset({ count, seed, balance, onProgress: countProgress('Drawing', options) });
  await writeDatasetCsv(dataset, path, { onProgress: countProgress('Writing', options) });
  const drawn = pictures === undefined ? [] : await writePictures(pictures, dataset, seed);
  if (options.json === true) printResult({ path, count, seed, balance, pictures: drawn });
  else
    printResult([`Wrote ${formatCount(count)} faces to ${path}.`, ...drawn.map((file) => `Wrote ${file}.`)].join('\n'));
}

/** One PNG per class, named by it; returns their paths. */
async function writePictures(folder: string, { classNames }: Dataset, seed: number): Promise<string[]> {
  const { drawFace } = await import('../../src/data/synthesize.js');
  const { inputAsPng } = await import('../../src/eval/inputPicture.js');
  const { Random } = await import('../../src/random.js');
  const random = new Random(seed, 'pictures');
  const size = { height: pictureSize, width: pictureSize };
  const files: string[] = [];
  for (const [label, className] of classNames.entries()) {
    const file = join(folder, `${className}.png`);
    await replaceFile(file, await inputAsPng(drawFace(label, random.fork(className), pictureSize), size));
    files.push(file);
  }
  return files;
}
