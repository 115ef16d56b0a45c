/** How rare classes are made up for: class weights, SMOTE, or neither. */
import { FerError } from '../errors.js';

/** Both are off by default: they trade accuracy for recall of rare classes, and SMOTE on face pixels has no published gain. */
export interface BalanceConfig {
  /** "balanced" weighs each image's loss inversely to its class count. */
  readonly classWeights: 'none' | 'balanced';
  /** "auto" lifts every class to the largest; a number in (0, 1] lifts each to at least that fraction of the largest. */
  readonly smote: 'none' | 'auto' | number;
  /** Nearest neighbours that SMOTE interpolates to, at least 1. */
  readonly smoteNeighbours: number;
}

/** Neither; 5 neighbours as in Chawla et al. (2002). */
export const balanceDefaults: BalanceConfig = { classWeights: 'none', smote: 'none', smoteNeighbours: 5 };

/**
 * Fills what `config` leaves out from `balanceDefaults` and checks the rest.
 * Throws FerError CONFIG_INVALID for an unknown name, a value out of range, or class weights together with SMOTE.
 */
export function resolveBalance(config: Partial<BalanceConfig> = {}): BalanceConfig {
  for (const name of Object.keys(config)) {
    if (!(name in balanceDefaults)) {
      const known = Object.keys(balanceDefaults).join(', ');
      throw new FerError('CONFIG_INVALID', `Unknown balance setting "${name}"; expected one of ${known}.`);
    }
  }
  const resolved = { ...balanceDefaults, ...config };
  const { classWeights, smote, smoteNeighbours } = resolved as Record<keyof BalanceConfig, unknown>;
  if (classWeights !== 'none' && classWeights !== 'balanced') {
    throw new FerError('CONFIG_INVALID', `Class weights must be "none" or "balanced", got ${String(classWeights)}.`);
  }
  const isRatio = typeof smote === 'number' && smote > 0 && smote <= 1;
  if (smote !== 'none' && smote !== 'auto' && !isRatio) {
    throw new FerError('CONFIG_INVALID', `SMOTE must be "none", "auto" or a ratio in (0, 1], got ${String(smote)}.`);
  }
  if (!Number.isInteger(smoteNeighbours) || (smoteNeighbours as number) < 1) {
    const got = String(smoteNeighbours);
    throw new FerError('CONFIG_INVALID', `SMOTE neighbours must be a whole number from 1, got ${got}.`);
  }
  if (classWeights === 'balanced' && smote !== 'none') {
    throw new FerError(
      'CONFIG_INVALID',
      'Class weights and SMOTE both make up for rare classes: together they would correct twice, and the rare classes ' +
        'would outweigh the frequent ones. Choose one of them.',
    );
  }
  return resolved;
}
