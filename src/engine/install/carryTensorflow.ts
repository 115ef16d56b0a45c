/** Brings TensorFlow's libraries, and for `cuda` NVIDIA's, from Python wheels into an engine's folder. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { librariesIn, wheelLibraries } from '../tensorflow/libraryNames.js';
import type { TensorflowKind } from '../tensorflow/findTensorflow.js';
import { requireSpace } from './diskSpace.js';
import { installError, type InstallOptions } from './installation.js';
import { downloadWheel } from './pipDownload.js';
import type { Python } from './python.js';
import { extraRequirements } from './requirements.js';
import type { PlatformFacts, TensorflowPackage } from './tensorflowPackage.js';
import { memberSizes, readMetadata, unpackWheel } from './wheel.js';
import { isNvidiaFile, isTensorflowFile } from './wheelFiles.js';

export interface CarryOptions extends InstallOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly python: Python;
  readonly facts: PlatformFacts;
  readonly package: TensorflowPackage;
  /** Version of TensorFlow: `2.21.0`. */
  readonly release: string;
}

/** What TensorFlow's metadata calls the packages with NVIDIA's libraries. */
const cudaExtra = 'and-cuda';

/**
 * Fills `folder` with `site/tensorflow/` and, for `cuda`, `site/nvidia/<name>/lib`, where the libraries look for each other (their search
 * path has `$ORIGIN/../nvidia/<name>/lib`). Gives the versions by package. One wheel at a time is on the disk. Throws
 * ENGINE_INSTALL_FAILED.
 */
export async function carryTensorflow(
  kind: TensorflowKind,
  folder: string,
  options: CarryOptions,
): Promise<Record<string, string>> {
  const { package: wanted, release, facts } = options;
  const specifier = `${wanted.name}==${release}`;
  const tensorflow = await carryWheel(specifier, folder, {
    ...options,
    platformTags: wanted.platformTags,
    wanted: isTensorflowFile,
  });
  if (librariesIn(join(folder, 'site', 'tensorflow')) === undefined) {
    const { library, framework } = wheelLibraries;
    throw installError(`${specifier} does not contain ${library} and ${framework}.`, 'Ask for a later --release.');
  }
  const versions = { [wanted.name]: tensorflow.version };
  if (kind === 'tensorflow') return versions;
  const requirements = extraRequirements(tensorflow.metadata, cudaExtra, facts);
  if (requirements.length === 0) {
    throw installError(`${specifier} names no CUDA libraries (extra ${cudaExtra}).`, 'Ask for a later --release.');
  }
  for (const { name, specifier: versionsWanted } of requirements) {
    versions[name] = (await carryWheel(versionsWanted, folder, { ...options, wanted: isNvidiaFile })).version;
  }
  return versions;
}

interface WheelOptions extends Omit<CarryOptions, 'package'> {
  readonly platformTags?: readonly string[];
  readonly wanted: (name: string) => boolean;
}

/** Downloads a wheel, unpacks what is wanted into `folder`/site, and removes the wheel. */
async function carryWheel(
  specifier: string,
  folder: string,
  { wanted, onEvent, signal, ...options }: WheelOptions,
): Promise<{ version: string; metadata: string }> {
  const download = join(folder, 'download');
  const wheel = await downloadWheel(specifier, { ...options, folder: download, onEvent, signal });
  const sizes = [...(await memberSizes(wheel, wanted)).values()];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const what = basename(wheel);
  await requireSpace(folder, total, what);
  let bytes = 0;
  const onBytes = (more: number): void => onEvent?.({ type: 'unpack', what, bytes: (bytes += more), total });
  await unpackWheel(wheel, join(folder, 'site'), { wanted, onBytes, signal });
  const metadata = await readMetadata(wheel);
  await rm(download, { recursive: true });
  return { version: /^[^-]+-([^-]+)-/.exec(what)?.[1] ?? '', metadata };
}
