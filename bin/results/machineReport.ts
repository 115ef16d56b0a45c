/** The facts of a machine as lines that people read. */
import type { MachineFacts } from '../../src/doctor/machine.js';
import type { Finding } from '../../src/engine/engineProbe.js';
import type { GpuHardware, GpuSearch } from '../../src/engine/gpuHardware.js';
import type { NvidiaGpu } from '../../src/engine/nvidiaSmi.js';
import { whyUnreachable } from '../../src/engine/remarkOnChoice.js';

/** One entry per fact, in the order in which they are asked for. */
export function machineFacts(machine: MachineFacts): Finding[] {
  const { node, platform, architecture, processors, features, memory, disks, gpus, nvidia } = machine;
  const { simd, relaxedSimd } = features;
  const vectors = simd ? `SIMD${relaxedSimd ? ' and relaxed SIMD' : ', no relaxed SIMD'}` : 'no SIMD';
  return [
    { name: 'Node', value: `${node.version}, ABI ${node.abi}, on ${platform} ${architecture}` },
    { name: 'processor', value: `${processors.model || 'unknown'}, ${describeCores(processors)}` },
    { name: 'WebAssembly', value: `${vectors}, ${features.sharedMemory ? 'threads' : 'no threads'}` },
    { name: 'memory', value: describeMemory(memory) },
    ...disks.map(({ use, folder, free }) => {
      return {
        name: `disk for ${use}`,
        value: free === undefined ? 'unknown' : `${gigabytes(free)} free`,
        path: folder,
      };
    }),
    ...describeGpus(gpus, nvidia),
  ];
}

/** What there is, and whatever grants less of it. */
function describeCores({ present, allowed, quota, threads }: MachineFacts['processors']): string {
  const cores = `${present} ${present === 1 ? 'core' : 'cores'}`;
  const limits = [
    ...(allowed < present ? [`${allowed} of them for this process`] : []),
    ...(quota !== undefined && quota < allowed
      ? [`the time of ${Number(quota.toFixed(2))} granted by the container`]
      : []),
  ];
  if (limits.length === 0) return cores;
  const told = quota !== undefined && threads > quota ? `; try --threads ${Math.max(1, Math.floor(quota))}` : '';
  return `${cores}, ${limits.join(', ')}${told}`;
}

function describeMemory({ total, available, limit }: MachineFacts['memory']): string {
  const free = `${gigabytes(available)} of ${gigabytes(total)} free`;
  return limit === undefined ? free : `${free}; the container may have ${gigabytes(limit)}`;
}

function describeGpus(search: GpuSearch, nvidia: readonly NvidiaGpu[] | undefined): Finding[] {
  if (search.gpus.length === 0) return [{ name: 'GPU', value: 'none' }];
  const others = nvidia && nvidia.length > 0 ? search.gpus.filter(({ vendor }) => vendor !== 'NVIDIA') : search.gpus;
  return [...(nvidia ?? []).map(describeNvidia), ...others.map((gpu) => describeGpu(gpu, search))];
}

function describeNvidia({ name, driver, computeCapability, memory }: NvidiaGpu): Finding {
  const facts = [
    name,
    `driver ${driver}`,
    ...(computeCapability === undefined ? [] : [`compute capability ${computeCapability}`]),
    ...(memory === undefined ? [] : [gigabytes(memory)]),
  ];
  return { name: 'GPU', value: facts.join(', ') };
}

function describeGpu({ vendor, reachable, path }: GpuHardware, search: GpuSearch): Finding {
  const driver = vendor === 'NVIDIA' && search.nvidiaDriver !== undefined ? `, driver ${search.nvidiaDriver}` : '';
  const why = reachable ? '' : `, ${whyUnreachable(vendor, search)}`;
  return { name: 'GPU', value: `${vendor ?? 'of Windows'}${driver}${why}`, ...(path !== undefined && { path }) };
}

/** Powers of ten, as disks are sold. */
function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
