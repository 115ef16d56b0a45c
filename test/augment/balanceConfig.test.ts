import { describe, expect, test } from '@jest/globals';
import { resolveBalance } from '../../src/augment/balanceConfig.js';

describe('resolveBalance', () => {
  test('does nothing unless asked to', () => {
    expect(resolveBalance()).toEqual({ classWeights: 'none', smote: 'none', smoteNeighbours: 5 });
  });

  test('takes either correction', () => {
    expect(resolveBalance({ classWeights: 'balanced' }).classWeights).toBe('balanced');
    expect(resolveBalance({ smote: 'auto' }).smote).toBe('auto');
    expect(resolveBalance({ smote: 0.5, smoteNeighbours: 3 })).toEqual({
      classWeights: 'none',
      smote: 0.5,
      smoteNeighbours: 3,
    });
  });

  test('refuses both together and says why', () => {
    expect(() => resolveBalance({ classWeights: 'balanced', smote: 'auto' })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('correct twice') as unknown as string,
      }),
    );
  });

  test.each<[object, string]>([
    [{ smote: 0 }, 'SMOTE must be "none", "auto" or a ratio in (0, 1], got 0.'],
    [{ smote: 1.5 }, 'SMOTE must be "none", "auto" or a ratio in (0, 1], got 1.5.'],
    [{ smoteNeighbours: 2.5 }, 'SMOTE neighbours must be a whole number from 1, got 2.5.'],
    [{ classWeights: 'yes' }, 'Class weights must be "none" or "balanced", got yes.'],
    [{ sampler: 1 }, 'Unknown balance setting "sampler"; expected one of classWeights, smote, smoteNeighbours.'],
  ])('refuses %j', (config, message) => {
    expect(() => resolveBalance(config)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
  });
});
