/** The facts of this machine that training depends on. */
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { findGpus, type GpuSearch } from '../engine/gpuHardware.js';
import { enginesFolder } from '../engine/install/engineFolder.js';
import { askNvidiaSmi, type NvidiaGpu } from '../engine/nvidiaSmi.js';
import { hostFeatures, type HostFeatures } from '../engine/wasmFeatures.js';
import { readControlGroups } from './controlGroups.js';
import { describeMemory, type MemoryFacts } from './memory.js';
import { describeProcessors, type ProcessorFacts } from './processors.js';

export interface DiskFacts {
  /** What is written there. */
  readonly use: 'runs' | 'engines';
  readonly folder: string;
  /** Bytes that this user can still write; absent when the system does not tell. */
  readonly free?: number;
}

export interface MachineFacts {
  /** `abi`: what a native addon must have been built for. */
  readonly node: { readonly version: string; readonly abi: string; readonly v8: string };
  /** As Node names them: `linux`, `x64`. */
  readonly platform: string;
  readonly architecture: string;
  readonly processors: ProcessorFacts;
  readonly features: HostFeatures;
  readonly memory: MemoryFacts;
  readonly disks: readonly DiskFacts[];
  readonly gpus: GpuSearch;
  /** What nvidia-smi tells of NVIDIA's GPUs; absent without that program. */
  readonly nvidia?: readonly NvidiaGpu[];
}

/** Looks at this machine; changes nothing. */
export async function describeMachine(): Promise<MachineFacts> {
  const { node, modules, v8 } = process.versions;
  const limits = await readControlGroups();
  const gpus = findGpus();
  const nvidia = gpus.gpus.some(({ vendor }) => vendor === 'NVIDIA') ? await askNvidiaSmi() : undefined;
  return {
    node: { version: node, abi: modules, v8 },
    platform: process.platform,
    architecture: process.arch,
    processors: await describeProcessors(limits.processors),
    features: await hostFeatures(),
    memory: await describeMemory(limits.memory),
    disks: [await describeDisk('runs', '.'), await describeDisk('engines', enginesFolder())],
    gpus,
    ...(nvidia && { nvidia }),
  };
}

/** The disk that `folder` is on, or will be when it is made. */
export async function describeDisk(use: DiskFacts['use'], folder: string): Promise<DiskFacts> {
  const path = resolve(folder);
  for (let existing = path; ; existing = dirname(existing)) {
    const found = await statfs(existing).catch(() => undefined);
    if (found) return { use, folder: path, free: found.bavail * found.bsize };
    if (dirname(existing) === existing) return { use, folder: path };
  }
}
