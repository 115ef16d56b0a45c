/** `fer train`: a CSV becomes a run folder with a model; `--resume` goes on with an interrupted one. */
import { Command } from 'commander';
import { trainDefaults, type PartialTrainConfig } from '../../src/train/config.js';
import type { TrainingOptions, TrainingResult } from '../../src/train/trainer.js';
import { Interrupted } from '../failure.js';
import { addFlags, readFlags } from '../flagTable.js';
import { interruptible, type Interruption } from '../interruption.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';
import { chooseProgress } from '../progress/choose.js';
import { defaultRunFolder } from '../training/runFolderName.js';
import { newConfig, resumeChanges, type RunOptions } from '../training/trainConfig.js';
import { trainFlags } from '../training/trainFlags.js';
import { drawCurves } from '../results/trainingCurves.js';
import { formatResult } from '../results/trainingResult.js';

type TrainOptions = OutputOptions & RunOptions;

const notes = `
Training rows train, PublicTest rows select the best epoch, PrivateTest rows are
never opened. Ctrl-C saves the run, and so does a reader of --json that goes;
--resume goes on with it and ends with the same weights to the bit. A config
file has the same settings under the names that run.json uses; flags go before
it:

  epochs: 100
  learningRate: 0.001
  augment:
    rotation: 15

Examples:
  $ fer train --data fer2013.csv
  $ fer train --data fer2013.csv --schedule cosine --out checkpoints/long
  $ fer train --data fer2013.csv --optimizer sgd --momentum 0.9 --nesterov \\
      --learning-rate 0.05 --mixup 0.2 --ema 0.999
  $ fer train --config run.yaml --seed 7
  $ fer train --resume checkpoints/long
  $ fer train --data own.csv --init checkpoints/long --freeze '*' \\
      --unfreeze-at 5 --layer-rate 'conv2d_*=0.1'
  $ fer train --data fer2013.csv --init emotions.h5 --labels raf-db \\
      --scaling zero-to-one`;

export function trainCommand(): Command {
  const command = new Command('train')
    .description('Train a model on a FER-2013 CSV. The defaults are those of the mini-Xception paper.')
    .option('-o, --out <folder>', 'run folder, new or without a run (default: checkpoints/<date>-<time>-<arch>)')
    .option('-c, --config <file>', 'YAML file with settings')
    .option(
      '--resume <run>',
      'go on with the run in this folder; only --epochs, --threads, --no-wide and --data may change',
    )
    .option('--no-augment', 'no augmentation but what other flags switch on')
    .addHelpText('after', notes)
    .action(runTraining);
  addFlags(command, trainFlags, trainDefaults);
  return addOutputOptions(command, 'print every event and the result as one line of JSON each');
}

async function runTraining(options: TrainOptions, command: Command): Promise<void> {
  const listener = await chooseProgress(options);
  const announce = (by: Interruption): void => {
    if (by === 'broken output') printRemark('stdout takes no more: saving the run; --resume goes on with it.', options);
    else listener({ type: 'warning', message: 'Ctrl-C: saving the run. Once more quits without saving.' });
  };
  const start = await prepare(options, command);
  const result = await interruptible((signal) => start({ listener, signal }), announce);
  let hasCurves = false;
  try {
    hasCurves = await drawCurves(result, listener);
  } finally {
    // What has been trained is told, whatever becomes of its drawing.
    printResult(formatResult(result, { ...options, hasCurves }));
  }
  if (result.reason === 'interrupted') throw new Interrupted();
}

type Start = (options: TrainingOptions) => Promise<TrainingResult>;

/** What was typed to a run that is ready to start; the training itself loads only when all of it is right. */
async function prepare(options: TrainOptions, command: Command): Promise<Start> {
  const flags: PartialTrainConfig = readFlags(command, trainFlags);
  const { resume } = options;
  if (resume !== undefined) {
    const changes = resumeChanges(flags, options);
    const { resumeTraining } = await import('../../src/train/trainer.js');
    return (training) => resumeTraining(resume, { ...training, changes });
  }
  const config = await newConfig(flags, options);
  const { train } = await import('../../src/train/trainer.js');
  const runFolder = options.out ?? defaultRunFolder(new Date(), config.arch ?? 'fine-tuned');
  printRemark(`Reading ${config.data}`, options);
  return (training) => train(config, { ...training, runFolder });
}
