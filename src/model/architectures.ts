/** The networks that can be trained, by the name that a user types. */
import { FerError } from '../errors.js';
import type { ArchitectureOptions } from './architectures/architectureOptions.js';
import { bigXception } from './architectures/bigXception.js';
import { miniXception } from './architectures/miniXception.js';
import { resnet18 } from './architectures/resnet18.js';
import { simpleCnn } from './architectures/simpleCnn.js';
import { simplerCnn } from './architectures/simplerCnn.js';
import { tinyXception } from './architectures/tinyXception.js';
import { vgg13 } from './architectures/vgg13.js';
import type { LayersConfig } from './modelFile.js';

/** Name to builder; `--arch` and run.json use these names. */
export const architectures = {
  'mini-xception': miniXception,
  'tiny-xception': tinyXception,
  'big-xception': bigXception,
  'simple-cnn': simpleCnn,
  'simpler-cnn': simplerCnn,
  'vgg-13': vgg13,
  'resnet-18': resnet18,
} as const satisfies Record<string, (options: ArchitectureOptions) => LayersConfig>;

export type ArchitectureName = keyof typeof architectures;

/** The names that `buildArchitecture` accepts. */
export const architectureNames = Object.keys(architectures) as ArchitectureName[];

/** The config of the architecture called `name`. Throws CONFIG_INVALID with the valid names when there is none. */
export function buildArchitecture(name: string, options: ArchitectureOptions): LayersConfig {
  if (!isArchitectureName(name)) {
    throw new FerError(
      'CONFIG_INVALID',
      `Unknown architecture "${name}". Expected one of: ${architectureNames.join(', ')}.`,
    );
  }
  return architectures[name](options);
}

function isArchitectureName(name: string): name is ArchitectureName {
  return Object.hasOwn(architectures, name);
}
