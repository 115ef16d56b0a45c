/** The card of a trained model: what inference needs, and where the weights come from. */
import { basename } from 'node:path';
import { formatCount } from '../eval/decimals.js';
import { createModelCard } from '../model/card.js';
import { inputShapeOf } from '../model/layerShapes.js';
import type { LayersConfig, ModelCard } from '../model/modelFile.js';
import type { InitialModelRecord } from './initialModel.js';
import type { OptimizerConfig } from './optimizerConfig.js';
import { scalingOf, type RunRecord } from './runRecord.js';

/** The card of the weights of `network` that `record` calls the best. */
export function describeModel(record: RunRecord, network: LayersConfig): ModelCard {
  const { config, data, init, metrics } = record;
  const [height = 0, width = 0, channels = 0] = inputShapeOf(network);
  return createModelCard({
    name: init?.name ?? config.arch ?? network.config.name,
    classNames: data.classNames,
    inputShape: [height, width, channels],
    scaling: scalingOf(record),
    dataHash: data.hash,
    seed: config.seed,
    metrics,
    licence: 'unspecified: stated by whoever publishes these weights',
    description: describeTraining(record),
  });
}

function describeTraining({ config, data, init, frozenLayers = [], bestEpoch }: RunRecord): string {
  const file = basename(data.path);
  const rows = Object.values(data.splits.Training).reduce((total, count) => total + count, 0);
  const drawn = data.hasUsage ? '' : `; ${file} names no splits: they were drawn at random`;
  return (
    `Trained on the ${formatCount(rows)} Training rows of ${file}${describeBalance({ config, data })}; ` +
    (init ? `${describeOrigin(init)}; ` : '') +
    describeStages(config, frozenLayers) +
    `${describeAugmentation(config)}; ${describeOptimizer(config)}, ${config.schedule} learning rate ${config.learningRate}, ` +
    `batch ${config.batchSize}${describeOptions(config)}; ` +
    `epoch ${bestEpoch} of ${config.epochs}, selected by the loss on PublicTest${drawn}.`
  );
}

function describeOrigin({ name, hash, path, licence, head }: InitialModelRecord): string {
  const changes = { kept: '', reordered: ' with its outputs in another order', replaced: ' with a new head' };
  return `begun with ${name} (weights ${hash.slice(0, 12)}, ${basename(path)}, licence: ${licence})${changes[head]}`;
}

/** Which layers waited and which trained at rates of their own; each ends with a semicolon. */
function describeStages({ unfreezeAt, layerRates }: RunRecord['config'], frozenLayers: readonly string[]): string {
  const until = unfreezeAt > 0 ? ` before epoch ${unfreezeAt}` : '';
  const frozen = frozenLayers.length > 0 ? `${frozenLayers.join(', ')} frozen${until}; ` : '';
  const rates = Object.entries(layerRates).map(([layers, factor]) => `${layers} by ${factor}`);
  return rates.length > 0 ? `${frozen}learning rates multiplied (${rates.join(', ')}); ` : frozen;
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
