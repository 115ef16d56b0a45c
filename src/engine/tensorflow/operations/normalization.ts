/** BatchNormalization, by the batch's statistics in training and by the moving ones in inference or when it is frozen. */
import type { Normalization } from 'layers-wasm/graph/operation.js';
import type { Parameter } from 'layers-wasm/graph/parameter.js';
import { flag, float, type } from '../graph/attributes.js';
import { outputOf, type Output } from '../graph/graphWriter.js';
import type { Site, Written } from './site.js';

export function writeNormalization(site: Site, operation: Normalization, input: Output): Written {
  const { graph } = site;
  const { gamma, beta, movingMean, movingVariance, input: value } = operation;
  const fromBatch = site.training && !operation.frozen;
  const { height, width, channels } = value.shape;
  const filled = (parameter: Parameter | undefined, otherwise: number): Output =>
    parameter
      ? site.weight(parameter)
      : graph.constant({ type: 'float32', shape: [channels], values: Array<number>(channels).fill(otherwise) });
  const scale = filled(gamma, 1);
  const none = graph.constant({ type: 'float32', shape: [0], values: [] });
  const statistics = fromBatch ? [none, none] : [site.weight(movingMean), site.weight(movingVariance)];
  const attributes = { U: type('float32'), epsilon: float(operation.epsilon), is_training: flag(fromBatch) };
  const normalized = graph.compute('FusedBatchNormV3', [input, scale, filled(beta, 0), ...statistics], attributes);
  if (fromBatch) {
    site.addStatistic(movingMean, outputOf(normalized, 1), height * width);
    site.addStatistic(movingVariance, outputOf(normalized, 2), height * width);
  }
  return {
    output: normalized,
    backward(gradient, wanted) {
      if (!wanted && !gamma?.options.trainable && !beta?.options.trainable) return undefined;
      const reserves = [3, 4, 5].map((index) => outputOf(normalized, index));
      const back = graph.compute('FusedBatchNormGradV3', [gradient, input, scale, ...reserves], attributes);
      if (gamma?.options.trainable) site.addGradient(gamma, outputOf(back, 1));
      if (beta?.options.trainable) site.addGradient(beta, outputOf(back, 2));
      return wanted ? back : undefined;
    },
  };
}
