/** What an installation is asked for, what it tells while it runs, what it gives, and how it fails. */
import { FerError } from '../../errors.js';
import type { InstalledEngine } from './installedEngine.js';

/** Something that an installation does or has done. Sizes are bytes. */
export type InstallEvent =
  /** `what` comes from the network; `bytes` have arrived. Repeated while it does. */
  | { readonly type: 'download'; readonly what: string; readonly bytes: number }
  /** `what` is unpacked: `bytes` of `total` are. Repeated while it is. */
  | { readonly type: 'unpack'; readonly what: string; readonly bytes: number; readonly total: number }
  /** The engine is loaded in a process of its own to see that it is whole. */
  | { readonly type: 'check' };

export type InstallListener = (event: InstallEvent) => void;

export interface InstallOptions {
  readonly onEvent?: InstallListener;
  /** Stops the installation, which then throws the signal's reason and leaves what was there before. */
  readonly signal?: AbortSignal;
  /** Install again what is there in the version that is wanted; otherwise nothing is done then. */
  readonly force?: boolean;
  /** `FER_ENGINES_DIR`, `PYTHON` and `PATH` are read from it, and pip and npm run in it; `process.env` unless given. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface InstallResult extends InstalledEngine {
  /** False when it was there already. */
  readonly isNew: boolean;
  readonly folder: string;
  /** On the disk. */
  readonly bytes: number;
  /** What the engine lacks on this machine although it is installed, each with its remedy. */
  readonly remarks: readonly string[];
}

/** ENGINE_INSTALL_FAILED: what failed, and what the user can do, both as sentences. */
export function installError(problem: string, remedy: string, cause?: unknown): FerError {
  return new FerError('ENGINE_INSTALL_FAILED', `${problem} ${remedy}`, { cause });
}
