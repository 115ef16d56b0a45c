/** The flags of `fer train`, one per key of its config. */
import { InvalidArgumentError } from 'commander';
import { architectureNames } from '../../src/model/architectures.js';
import type { TrainConfig } from '../../src/train/config.js';
import { adamwDecay, optimizerNames } from '../../src/train/optimizerConfig.js';
import { scheduleNames } from '../../src/train/schedule.js';
import { engineFlag } from '../engineOption.js';
import { labelsFlag, scalingFlag } from '../modelOptions.js';
import { parseList, parseNumber, parseNumbersByName, parseText, type FlagTable } from '../flagTable.js';

const data = { group: 'Data' };
const training = { group: 'Training' };
const fineTuning = { group: 'Fine-tuning' };
const optimizer = { group: 'Optimizer' };
const rate = { group: 'Learning rate', parse: parseNumber };
const augmentation = { group: 'Augmentation (largest change in either direction)' };
const amount = { ...augmentation, parse: parseNumber };
const mixing = { group: 'Further augmentation (off unless set)' };
const balance = { group: 'Balance (off: it trades overall accuracy for recall of rare classes)' };
const machine = { group: 'Engine' };

/** A config key that has no flag here does not compile. */
export const trainFlags: FlagTable<TrainConfig> = {
  data: { ...data, flags: '-d, --data <csv>', description: 'FER-2013 CSV, plain or .gz', parse: parseText },
  skipBadRows: {
    ...data,
    flags: '--skip-bad-rows',
    description: 'leave bad rows out instead of stopping at the first',
  },
  sampleWeights: {
    ...data,
    flags: '--sample-weights <csv>',
    description: 'one weight per Training row, in order, under the header "weight"',
    parse: parseText,
  },
  arch: {
    ...training,
    flags: '--arch <name>',
    description: 'network to train; beside --init, only its own',
    choices: architectureNames,
  },
  inputSize: {
    ...training,
    flags: '--input-size <pixels>',
    description:
      "height and width of the network's input, from 32; beside --init, only its own or one that its file leaves open",
    parse: parseNumber,
  },
  init: {
    ...fineTuning,
    flags: '--init <file>',
    description: "begin with a model's weights: a run folder or a model file; classes that differ get a new head",
    parse: parseText,
  },
  labels: { ...fineTuning, ...labelsFlag },
  scaling: { ...fineTuning, ...scalingFlag },
  freeze: {
    ...fineTuning,
    flags: '--freeze <layers>',
    description: 'layers that stay as they are: names with commas, * and ? for any characters (not of the head)',
    parse: parseList,
  },
  unfreezeAt: {
    ...fineTuning,
    flags: '--unfreeze-at <epoch>',
    description: 'train the frozen layers too from the beginning of this epoch; 0 = never',
    parse: parseNumber,
  },
  layerRates: {
    ...fineTuning,
    flags: '--layer-rate <layers=factor>',
    description: 'multiply the learning rate of these layers, such as "conv2d_*=0.1"; the last that fits counts',
    parse: parseNumbersByName,
  },
  epochs: {
    ...training,
    flags: '-e, --epochs <count>',
    description: 'passes over the training images',
    parse: parseNumber,
  },
  batchSize: {
    ...training,
    flags: '-b, --batch-size <count>',
    description: 'images in a training step',
    parse: parseNumber,
  },
  l2: {
    ...training,
    flags: '--l2 <factor>',
    description: "L2 penalty of the kernels that the network regularises; published: its authors' factor",
    parse: parseL2,
  },
  patience: {
    ...training,
    flags: '--patience <epochs>',
    description: 'stop after so many epochs without a lower validation loss; 0 = never',
    parse: parseNumber,
  },
  minimumDelta: {
    ...training,
    flags: '--minimum-delta <loss>',
    description: 'how much lower a validation loss must be to count',
    parse: parseNumber,
  },
  seed: {
    ...training,
    flags: '--seed <integer>',
    description: 'the same seed, data and version give the same weights to the bit',
    parse: parseNumber,
  },
  optimizer: {
    ...optimizer,
    flags: '--optimizer <name>',
    description: 'how weights follow their gradients',
    choices: optimizerNames,
  },
  momentum: {
    ...optimizer,
    flags: '--momentum <share>',
    description: 'of sgd: share of the last update in the next',
    parse: parseNumber,
  },
  nesterov: { ...optimizer, flags: '--nesterov', description: "of sgd with momentum: Nesterov's look-ahead" },
  weightDecay: {
    ...optimizer,
    flags: '--weight-decay <factor>',
    description: 'of adamw: share of each weight, times the rate, that a step takes away',
    standard: `${adamwDecay} with adamw`,
    parse: parseNumber,
  },
  clipNorm: {
    ...optimizer,
    flags: '--clip-norm <length>',
    description: 'scale a longer gradient of all weights down to this; 0 = never',
    parse: parseNumber,
  },
  labelSmoothing: {
    ...optimizer,
    flags: '--label-smoothing <share>',
    description: 'share of each target that is spread over all classes',
    parse: parseNumber,
  },
  ema: {
    ...optimizer,
    flags: '--ema <decay>',
    description: 'validate and keep a moving average of the weights, such as 0.999; 0 = the weights themselves',
    parse: parseNumber,
  },
  learningRate: { ...rate, flags: '--learning-rate <rate>', description: "the optimizer's rate" },
  schedule: {
    group: rate.group,
    flags: '--schedule <name>',
    description: 'how the rate changes',
    choices: scheduleNames,
  },
  warmupEpochs: { ...rate, flags: '--warmup-epochs <count>', description: 'epochs of linear rise to the full rate' },
  minimumLearningRate: {
    ...rate,
    flags: '--minimum-learning-rate <rate>',
    description: 'where cosine ends and plateau stops cutting',
  },
  plateauFactor: { ...rate, flags: '--plateau-factor <factor>', description: 'plateau multiplies the rate by this' },
  plateauPatience: {
    ...rate,
    flags: '--plateau-patience <epochs>',
    description: 'epochs without improvement before plateau cuts',
  },
  augment: {
    mirror: { ...augmentation, flags: '--no-mirror', description: 'do not mirror images left to right' },
    rotation: { ...amount, flags: '--rotation <degrees>', description: 'rotation; 0 = none' },
    zoom: { ...amount, flags: '--zoom <fraction>', description: 'zoom; 0 = none' },
    shiftX: { ...amount, flags: '--shift-x <fraction>', description: 'shift by a fraction of the width; 0 = none' },
    shiftY: { ...amount, flags: '--shift-y <fraction>', description: 'shift by a fraction of the height; 0 = none' },
    randomErasing: {
      ...mixing,
      flags: '--random-erasing <probability>',
      description: 'fill a rectangle of an image with noise, so often',
      parse: parseNumber,
    },
    mixup: {
      ...mixing,
      flags: '--mixup <alpha>',
      description: 'blend images and targets in shares drawn from Beta(alpha, alpha); 0 = none',
      parse: parseNumber,
    },
  },
  classWeights: {
    ...balance,
    flags: '--class-weights <kind>',
    description: 'balanced: weigh each loss by n / (classes * n of its class); not with --smote',
    choices: ['none', 'balanced'],
  },
  smote: {
    ...balance,
    flags: '--smote <ratio>',
    description:
      'synthetic training images of rare classes: none, auto (as many as the largest class) or its share, 0 to 1',
    parse: parseSmote,
  },
  smoteNeighbours: {
    ...balance,
    flags: '--smote-neighbours <count>',
    description: 'nearest neighbours that SMOTE interpolates towards',
    parse: parseNumber,
  },
  engine: {
    ...machine,
    ...engineFlag,
  },
  threads: {
    ...machine,
    flags: '-t, --threads <count>',
    description: 'threads; 0 = one per processor. The weights do not depend on it',
    parse: parseNumber,
  },
  fast: {
    ...machine,
    flags: '--fast',
    description: 'round once per multiplication and addition (relaxed SIMD): the weights may differ between machines',
  },
  wide: { ...machine, flags: '--no-wide', description: "do not ask V8 for 256-bit vectors, an experiment of V8's" },
  checkpointSeconds: {
    ...machine,
    flags: '--checkpoint-seconds <seconds>',
    description: 'time between checkpoints inside an epoch',
    parse: parseNumber,
  },
};

function parseL2(text: string): TrainConfig['l2'] {
  if (text === 'published') return text;
  try {
    return parseNumber(text);
  } catch {
    throw new InvalidArgumentError('Expected published or a number.');
  }
}

function parseSmote(text: string): TrainConfig['smote'] {
  if (text === 'none' || text === 'auto') return text;
  try {
    return parseNumber(text);
  } catch {
    throw new InvalidArgumentError('Expected none, auto or a number.');
  }
}
