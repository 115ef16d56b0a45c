/** Which engines this machine has, and how to get the others: what `fer engine list` prints. */
import { existsSync } from 'node:fs';
import { version } from '../../version.js';
import { engineNames, type EngineName } from '../engineNames.js';
import { findTensorflow, type TensorflowKind } from '../tensorflow/findTensorflow.js';
import { folderBytes } from './diskSpace.js';
import { engineFolder, type InstallableEngine } from './engineFolder.js';
import { readInstalledEngine } from './installedEngine.js';

export interface EngineListing {
  readonly engine: EngineName;
  /**
   * `built in`: part of fer. `installed`: by `fer engine install`. `found`: what the environment or an npm package brings. `damaged`: there,
   * but not whole. `absent`: neither.
   */
  readonly state: 'built in' | 'installed' | 'found' | 'damaged' | 'absent';
  /** Absent where nothing says it. */
  readonly version?: string;
  readonly folder?: string;
  /** On the disk, of an engine in the folder of the engines. */
  readonly bytes?: number;
  /** Why a damaged or absent one cannot be used, a sentence. */
  readonly problem?: string;
  /** What to do about it, a sentence with the command. */
  readonly remedy?: string;
}

/** All engines, in the order of `engineNames`. Looks at files alone: whether an engine runs is what its probe finds out. */
export function listEngines(environment: NodeJS.ProcessEnv = process.env): Promise<EngineListing[]> {
  return Promise.all(engineNames.map((engine) => listEngine(engine, environment)));
}

async function listEngine(engine: EngineName, environment: NodeJS.ProcessEnv): Promise<EngineListing> {
  if (engine === 'wasm') return { engine, state: 'built in', version };
  const own = await listInstalled(engine, environment);
  return engine === 'webgpu' ? own : listTensorflow(engine, own, environment);
}

/** What is in the engine's own folder. */
async function listInstalled(engine: InstallableEngine, environment: NodeJS.ProcessEnv): Promise<EngineListing> {
  const folder = engineFolder(engine, environment);
  const command = `fer engine install ${engine}`;
  if (!existsSync(folder)) {
    return { engine, state: 'absent', problem: `${engine} is not installed.`, remedy: `Install it: ${command}` };
  }
  const installed = await readInstalledEngine(folder);
  const bytes = await folderBytes(folder);
  if (installed === undefined) {
    const problem = `${folder} has no installed.json.`;
    return { engine, state: 'damaged', folder, bytes, problem, remedy: `Install it again: ${command}` };
  }
  const [first] = Object.values(installed.versions);
  return { engine, state: 'installed', folder, bytes, ...(first !== undefined && { version: first }) };
}

/** `own` unless something else counts before it, stands in for it, or its libraries are gone. */
async function listTensorflow(
  engine: TensorflowKind,
  own: EngineListing,
  environment: NodeJS.ProcessEnv,
): Promise<EngineListing> {
  const { installation, problems } = await findTensorflow(engine, { environment });
  if (installation === undefined) {
    const isAbsent = own.state === 'absent' && !environment['FER_TENSORFLOW_DIR'];
    const { problem, remedy } = problems[0]!;
    return { ...own, state: isAbsent ? 'absent' : 'damaged', problem, remedy };
  }
  const isOwn = installation.source === 'installed' && own.state === 'installed';
  return isOwn ? own : { engine, state: 'found', folder: installation.folder };
}
