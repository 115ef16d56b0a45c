/** The model that `fer eval` and `fer predict` use when none is named. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FerError } from '../src/errors.js';

const name = 'checkpoints/mini-xception-fer2013';

/** How the `--model` options tell their default. */
export const shippedModelText = `run folder, model.json, .h5, .hdf5 or .keras file (default: the shipped ${name})`;

/**
 * `named`, or the folder of the model that comes with the package, wherever it is installed and whatever the working folder.
 * Throws MODEL_NOT_FOUND when none is named and none was shipped.
 */
export function modelOrShipped(named: string | undefined): string {
  if (named !== undefined) return named;
  const folder = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  if (existsSync(folder)) return folder;
  throw new FerError(
    'MODEL_NOT_FOUND',
    `This installation has no ${name}. Name a model with --model, such as the folder of a run of "fer train".`,
  );
}
