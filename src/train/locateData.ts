/** Where the files of a resumed run are now: the paths in its configuration hold in the folder in which it was begun. */
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FerError } from '../errors.js';
import type { TrainConfig } from './config.js';
import type { RunRecord } from './runRecord.js';

/**
 * `config` with the data and the sample weights where the run found them, or else where their paths lead from here. Data that `named`
 * says is elsewhere now stays as it is. Throws DATA_NOT_FOUND when the data is at neither place.
 */
export async function locateData(
  config: TrainConfig,
  { data: { path, sampleWeights } }: RunRecord,
  { named }: { readonly named: boolean },
): Promise<TrainConfig> {
  const data = named ? config.data : await locate(config.data, path);
  if (data === undefined) {
    throw new FerError(
      'DATA_NOT_FOUND',
      `The run began with the data at ${path}: there is no such file. Name its place with --data.`,
    );
  }
  const { sampleWeights: weights } = config;
  if (weights === null || sampleWeights === undefined) return { ...config, data };
  // A missing file is told by whoever reads it.
  return { ...config, data, sampleWeights: (await locate(weights, sampleWeights.path)) ?? weights };
}

/** `typed` when it leads from here to `recorded`; else the first of the two that is there. */
async function locate(typed: string, recorded: string): Promise<string | undefined> {
  const places = resolve(typed) === recorded ? [typed] : [recorded, typed];
  for (const place of places) if (await isThere(place)) return place;
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
