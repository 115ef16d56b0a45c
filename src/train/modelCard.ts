/** The card of a trained model: what inference needs, and where the weights come from. */
import { basename } from 'node:path';
import { formatCount } from '../eval/decimals.js';
import { createModelCard } from '../model/card.js';
import type { ModelCard } from '../model/modelFile.js';
import type { OptimizerConfig } from './optimizerConfig.js';
import type { RunRecord } from './runRecord.js';

/** The card of the weights that `record` calls the best. */
export function describeModel(record: RunRecord): ModelCard {
  const { config, data, metrics } = record;
  return createModelCard({
    name: config.arch,
    classNames: data.classNames,
    inputShape: [config.inputSize, config.inputSize, 1],
    dataHash: data.hash,
    seed: config.seed,
    metrics,
    licence: 'unspecified: stated by whoever publishes these weights',
    description: describeTraining(record),
  });
}

function describeTraining({ config, data, bestEpoch }: RunRecord): string {
  const file = basename(data.path);
  const rows = Object.values(data.splits.Training).reduce((total, count) => total + count, 0);
  const drawn = data.hasUsage ? '' : `; ${file} names no splits: they were drawn at random`;
  return (
    `Trained on the ${formatCount(rows)} Training rows of ${file}${describeBalance({ config, data })}; ` +
    `${describeAugmentation(config)}; ${describeOptimizer(config)}, ${config.schedule} learning rate ${config.learningRate}, ` +
    `batch ${config.batchSize}${describeOptions(config)}; ` +
    `epoch ${bestEpoch} of ${config.epochs}, selected by the loss on PublicTest${drawn}.`
  );
}

function describeBalance({ config, data }: Pick<RunRecord, 'config' | 'data'>): string {
  const weights = [
    ...(config.classWeights === 'balanced' ? ['balanced class weights'] : []),
    ...(data.sampleWeights ? [`the sample weights of ${basename(data.sampleWeights.path)}`] : []),
  ];
  const smote = config.smote === 'none' ? '' : `, which SMOTE made ${formatCount(data.trainingRows)}`;
  return weights.length > 0 ? `${smote} with ${weights.join(' and ')}` : smote;
}

function describeOptimizer({ optimizer, momentum, nesterov, weightDecay }: OptimizerConfig): string {
  switch (optimizer) {
    case 'adam':
      return 'Adam';
    case 'adamw':
      return `AdamW with weight decay ${weightDecay}`;
    case 'sgd':
      return momentum === 0 ? 'SGD' : `SGD with ${nesterov ? 'Nesterov ' : ''}momentum ${momentum}`;
  }
}

/** What was done besides to loss, gradients and weights; each begins with a comma. */
function describeOptions({ labelSmoothing, clipNorm, ema }: OptimizerConfig): string {
  return [
    labelSmoothing > 0 ? `, label smoothing ${labelSmoothing}` : '',
    clipNorm > 0 ? `, gradients clipped to norm ${clipNorm}` : '',
    ema > 0 ? `, weights averaged with decay ${ema}` : '',
  ].join('');
}

/** The amounts that are not 0, by their names in the config. */
function describeAugmentation({ augment }: RunRecord['config']): string {
  const { mirror, ...amounts } = augment;
  const changes = Object.entries(amounts).filter(([, amount]) => amount > 0);
  const words = [...(mirror ? ['mirror'] : []), ...changes.map(([name, amount]) => `${name} ${amount}`)];
  return words.length > 0 ? `augmented (${words.join(', ')})` : 'not augmented';
}
