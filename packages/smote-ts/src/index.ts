/** SMOTE: synthetic minority over-sampling for flat numeric features. */
export { balance, targetCounts, type BalanceOptions, type Balanced, type Strategy } from './balance.js';
export { nearestNeighbours, type NeighbourOptions } from './neighbours.js';
export type { Samples } from './samples.js';
export { smote, type SmoteOptions } from './smote.js';
