/** `fer engine install tensorflow` and `cuda`: TensorFlow's own libraries, carried by pip, used without Python. */
import { join } from 'node:path';
import { FerError } from '../../errors.js';
import type { TensorflowKind } from '../tensorflow/findTensorflow.js';
import { librariesIn, type TensorflowLibraries } from '../tensorflow/libraryNames.js';
import { carryTensorflow } from './carryTensorflow.js';
import { requireSpace } from './diskSpace.js';
import type { InstallOptions, InstallResult } from './installation.js';
import { checkLoads } from './loadCheck.js';
import type { LoadAnswer } from './loadCheckProcess.js';
import { findPython } from './python.js';
import { installStaged, presentEngine } from './stagedInstall.js';
import { platformFacts, tensorflowPackage, tensorflowRelease } from './tensorflowPackage.js';

export interface TensorflowInstallOptions extends InstallOptions {
  /** Version of TensorFlow; `tensorflowRelease` unless given. */
  readonly release?: string;
}

/**
 * Bytes asked for before anything is downloaded: 2.21.0 takes 274 MB as a wheel and 854 MB unpacked. CUDA's wheels are not measured: the
 * sum is a guess that spares a long download to a full disk; what each wheel really needs is asked for when it is there.
 */
const roughBytes: Readonly<Record<TensorflowKind, number>> = { tensorflow: 1.2e9, cuda: 8e9 };

/**
 * Installs the engine in the place of one that may be there, when it is whole and can be loaded. Throws ENGINE_INSTALL_FAILED (no Python,
 * no wheel for this machine, no network, no room, a library that cannot be loaded) or, for a `release` that is no version, CONFIG_INVALID.
 */
export async function installTensorflow(
  kind: TensorflowKind,
  options: TensorflowInstallOptions = {},
): Promise<InstallResult> {
  const { release = tensorflowRelease, environment = process.env, onEvent, signal } = options;
  if (!/^\d+(\.\w+)+$/.test(release)) {
    throw new FerError('CONFIG_INVALID', `release: expected a version such as ${tensorflowRelease}, got ${release}.`);
  }
  const facts = platformFacts();
  const wanted = tensorflowPackage(kind, facts);
  const present = options.force === true ? undefined : await presentEngine(kind, environment);
  if (present?.versions[wanted.name] === release && librariesOf(present.folder) !== undefined) return present;
  const python = await findPython({ environment, signal });
  return installStaged(kind, options, async (folder) => {
    await requireSpace(folder, roughBytes[kind], `Installing ${kind}`);
    const carry = { ...options, environment, python, facts, package: wanted, release };
    const versions = await carryTensorflow(kind, folder, carry);
    onEvent?.({ type: 'check' });
    const answer = await checkLoads({ kind: 'tensorflow', ...librariesOf(folder)! }, signal);
    return { versions, remarks: remarksOn(kind, answer) };
  });
}

function librariesOf(folder: string): TensorflowLibraries | undefined {
  return librariesIn(join(folder, 'site', 'tensorflow'));
}

function remarksOn(kind: TensorflowKind, { missing }: LoadAnswer): string[] {
  const remarks: string[] = [];
  if (missing.includes('koffi')) {
    remarks.push(
      'The npm package koffi, which opens TensorFlow, is not installed. Install fer again without --omit=optional.',
    );
  }
  if (kind === 'cuda' && missing.includes('libcuda.so.1')) {
    remarks.push(
      "NVIDIA's driver (libcuda.so.1) is not installed here. Install it; in a container, run with --gpus all.",
    );
  }
  return remarks;
}
