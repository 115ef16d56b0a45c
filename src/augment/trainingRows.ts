/** Guards the rule that only Training rows are balanced or augmented. */
import { usages, type Dataset } from '../data/dataset.js';
import { FerError } from '../errors.js';

/** Throws FerError CONFIG_INVALID unless every row of `dataset` is a Training row; `purpose` begins the message. */
export function requireTrainingRows(dataset: Dataset, purpose: string): void {
  const training = usages.indexOf('Training');
  const row = dataset.usage.findIndex((usage) => usage !== training);
  if (row === -1) return;
  const found = usages[dataset.usage[row]!] ?? `usage ${dataset.usage[row]}`;
  throw new FerError(
    'CONFIG_INVALID',
    `${purpose} works on Training rows only, but row ${row} is ${found}: select the Training rows first. ` +
      'Rebalanced or altered validation and test rows would make every reported number meaningless.',
  );
}
