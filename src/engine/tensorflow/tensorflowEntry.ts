/** The engines `tensorflow` and `cuda` as two of several: TensorFlow's library on the processor and on NVIDIA's GPUs. */
import { availableParallelism } from 'node:os';
import { basename, dirname } from 'node:path';
import { FerError } from '../../errors.js';
import type { EngineEntry, EngineProbe, EngineProblem, Finding } from '../engineProbe.js';
import { driverFindings, driverProblem, noGpuProblem, versionProblem } from './cuda/checkGpu.js';
import { readCudaDriver } from './cuda/driver.js';
import { cudaFindings } from './cuda/libraries.js';
import { preloadNvidia } from './cuda/preload.js';
import { findTensorflow, type TensorflowInstallation, type TensorflowKind } from './findTensorflow.js';
import { importKoffi, type Koffi } from './library/koffi.js';
import { loadedFiles, openLibrary, type TensorflowLibrary } from './library/openLibrary.js';
import { GraphSession } from './library/session.js';
import { processorProblem } from './processorProblem.js';

export const tensorflowEntry = entryOf('tensorflow');
export const cudaEntry = entryOf('cuda');

/** What a look at the machine finds. */
interface Look {
  readonly findings: readonly Finding[];
  readonly problems: readonly EngineProblem[];
  readonly device?: string;
  /** Loaded; absent where there are problems. */
  readonly library?: TensorflowLibrary;
}

interface Ready {
  readonly library: TensorflowLibrary;
  readonly device: string;
}

function entryOf(name: TensorflowKind): EngineEntry {
  const look = name === 'cuda' ? lookForGpu : lookForProcessor;
  return {
    name,
    async probe(): Promise<EngineProbe> {
      const { findings, problems, device } = await look();
      const available = problems.length === 0;
      const hardwareGpu = available && name === 'cuda';
      return { engine: name, available, hardwareGpu, findings, problems, ...(device !== undefined && { device }) };
    },
    async load() {
      const { library, problems } = await look();
      if (library) return (await import('./tensorflow.js')).tensorflowEngine(library, name);
      const { problem, remedy } = problems[0]!;
      throw new FerError('ENGINE_UNAVAILABLE', `Engine ${name} cannot run here. ${problem} ${remedy}`);
    },
  };
}

async function lookForProcessor(): Promise<Look> {
  const { installation, problems } = await findTensorflow('tensorflow');
  if (!installation) return { findings: [], problems };
  const koffi = await importKoffi();
  const problem = koffi ? await processorProblem() : koffiProblem;
  if (!koffi || problem) return { findings: [], problems: [problem ?? koffiProblem] };
  // A TensorFlow for GPUs that is loaded already computes on the processor as well.
  const count = availableParallelism();
  const device = count === 1 ? '1 processor' : `${count} processors`;
  return await openInstallation(koffi, { ...installation, ...loadedFiles() }, (library) => ({ library, device }));
}

async function lookForGpu(): Promise<Look> {
  const { installation, problems } = await findTensorflow('cuda');
  if (!installation) return { findings: [], problems };
  const koffi = await importKoffi();
  if (!koffi) return { findings: [], problems: [koffiProblem] };
  const driver = readCudaDriver(koffi);
  const findings = driver ? driverFindings(driver) : [];
  const problem = driverProblem(driver) ?? (await processorProblem());
  if (!driver || problem) return { findings, problems: problem ? [problem] : [] };
  preloadNvidia(koffi, installation.nvidiaFolders);
  const found = await openInstallation(koffi, installation, async (library) => {
    const unfit = versionProblem(driver, library.functions.version());
    if (unfit) return unfit;
    return (await hasGpu(library))
      ? { library, device: driver.gpus[0]!.name }
      : noGpuProblem(installation.source === 'installed');
  });
  const versions = cudaFindings(koffi, installation.nvidiaFolders);
  return { ...found, findings: [...found.findings, ...versions, ...findings] };
}

/** Loads the library and looks at it; what fails is a problem. */
async function openInstallation(
  koffi: Koffi,
  installation: TensorflowInstallation,
  inspect: (library: TensorflowLibrary) => Ready | EngineProblem | Promise<Ready | EngineProblem>,
): Promise<Look> {
  const findings: Finding[] = [];
  try {
    const library = await openLibrary(koffi, installation);
    findings.push({ name: 'TensorFlow', value: library.functions.version(), path: installation.library });
    const found = await inspect(library);
    return 'problem' in found ? { findings, problems: [found] } : { findings, problems: [], ...found };
  } catch (error) {
    if (!(error instanceof FerError)) throw error;
    return { findings, problems: [{ problem: error.message, remedy: remedyOf(installation) }] };
  }
}

/** Of a TensorFlow that does not do what it should. */
function remedyOf({ source, folder }: TensorflowInstallation): string {
  const log = 'FER_TENSORFLOW_LOG=1 shows what TensorFlow itself says.';
  if (source !== 'installed') return `${log} It is the one in ${folder}.`;
  return `${log} To install it again: fer engine install ${basename(dirname(dirname(folder)))} --force`;
}

/** Whether TensorFlow finds a GPU that it can use. */
async function hasGpu(library: TensorflowLibrary): Promise<boolean> {
  const session = GraphSession.open(library, new Uint8Array(), { threads: 1, gpu: true });
  const devices = session.listDevices();
  await session.close();
  return devices.some(({ type }) => type === 'GPU');
}

const koffiProblem: EngineProblem = {
  problem: 'The npm package koffi, which calls TensorFlow, is missing.',
  remedy: 'Install fer again without --omit=optional.',
};
