/** Where the engines live that `fer engine install` sets up: one folder each, in a folder of the user's own. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The engines that are not part of the package. */
export const installableEngines = ['tensorflow', 'cuda', 'webgpu'] as const;
export type InstallableEngine = (typeof installableEngines)[number];

/** The folder of all installed engines: `FER_ENGINES_DIR`, or where the system keeps the data of programs. */
export function enginesFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['FER_ENGINES_DIR']) return resolve(environment['FER_ENGINES_DIR']);
  return join(dataFolder(environment), 'fer', 'engines');
}

/** The folder of one engine; it exists when the engine is installed. */
export function engineFolder(engine: InstallableEngine, environment: NodeJS.ProcessEnv = process.env): string {
  return join(enginesFolder(environment), engine);
}

function dataFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
}
