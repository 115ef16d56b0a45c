/** From the configuration of a run to the options of an engine. */
import type { CompileOptions, OptimizerOptions } from '../engine/engine.js';
import type { TrainConfig } from './config.js';
import type { OptimizerConfig } from './optimizerConfig.js';

/** What an engine is told of `config`: a setting of 0 that means "not at all" is left out. */
export function compileOptions(config: TrainConfig, threads: number): CompileOptions {
  const { batchSize, seed, labelSmoothing, clipNorm, ema, fast, wide } = config;
  return {
    batchSize,
    threads,
    seed,
    fast,
    wide,
    optimizer: optimizerOptions(config),
    labelSmoothing,
    ...(clipNorm > 0 && { clipNorm }),
    ...(ema > 0 && { averageDecay: ema }),
  };
}

function optimizerOptions({ optimizer, momentum, nesterov, weightDecay }: OptimizerConfig): OptimizerOptions {
  switch (optimizer) {
    case 'adam':
      return { kind: 'adam' };
    case 'adamw':
      return { kind: 'adamw', weightDecay };
    case 'sgd':
      return { kind: 'sgd', momentum, nesterov };
  }
}
