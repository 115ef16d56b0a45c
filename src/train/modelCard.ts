/** The card of a trained model: what inference needs, and where the weights come from. */
import { basename } from 'node:path';
import { createModelCard } from '../model/card.js';
import type { ModelCard } from '../model/modelFile.js';
import type { RunRecord } from './runRecord.js';

/** The card of the weights that `record` calls the best. */
export function describeModel(record: RunRecord): ModelCard {
  const { config, data, metrics, bestEpoch } = record;
  const settings = `${config.schedule} learning rate ${config.learningRate}, batch ${config.batchSize}`;
  return createModelCard({
    name: config.arch,
    classNames: data.classNames,
    inputShape: [config.inputSize, config.inputSize, 1],
    dataHash: data.hash,
    seed: config.seed,
    metrics,
    licence: 'unspecified: stated by whoever publishes these weights',
    description:
      `Trained on the ${data.trainingRows} Training rows of ${basename(data.path)} (Adam, ${settings}); ` +
      `epoch ${bestEpoch} of ${config.epochs}, selected by the loss on PublicTest.`,
  });
}
