/** From what was typed to what is trained: defaults, then the config file, then flags. */
import { augmentOff } from '../../src/augment/augmentConfig.js';
import { FerError } from '../../src/errors.js';
import { resolveTrainConfig, type PartialTrainConfig, type TrainConfig } from '../../src/train/config.js';
import type { ResumeChanges } from '../../src/train/resume.js';
import { readConfigFile } from './configFile.js';

/** Options of `fer train` that are no settings of the training itself. */
export interface RunOptions {
  readonly out?: string;
  readonly config?: string;
  readonly resume?: string;
  /** False for `--no-augment`. */
  readonly augment: boolean;
}

/** The configuration of a new run. Throws CONFIG_INVALID. */
export async function newConfig(flags: PartialTrainConfig, options: RunOptions): Promise<TrainConfig> {
  const file: PartialTrainConfig = options.config === undefined ? {} : await readConfigFile(options.config);
  const inFile: unknown = file.augment ?? {};
  if (typeof inFile !== 'object' || Array.isArray(inFile)) {
    throw new FerError(
      'CONFIG_INVALID',
      `augment: expected lines like "rotation: 15" below it; got ${JSON.stringify(inFile)}.`,
    );
  }
  const augment = { ...inFile, ...(options.augment ? {} : augmentOff), ...flags.augment };
  return resolveTrainConfig({ ...file, ...flags, augment });
}

/** What a resumed run changes: nothing that its weights so far depend on. Throws CONFIG_INVALID for anything else. */
export function resumeChanges(flags: PartialTrainConfig, options: RunOptions): ResumeChanges {
  const { epochs, threads, wide, data, engine, ...others } = flags;
  if (Object.keys(others).length > 0 || !options.augment || options.out !== undefined || options.config !== undefined) {
    throw new FerError(
      'CONFIG_INVALID',
      '--resume goes on with the settings of its own run. Only --epochs, --threads, --no-wide and --data may change.',
    );
  }
  return {
    ...(epochs !== undefined && { epochs }),
    ...(threads !== undefined && { threads }),
    ...(wide !== undefined && { wide }),
    ...(data !== undefined && { data }),
    ...(engine !== undefined && { engine }),
  };
}
