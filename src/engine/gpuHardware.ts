/** Which GPUs this machine has, told by the system's own files: nothing of a driver is loaded. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type GpuVendor = 'NVIDIA' | 'AMD' | 'Intel' | 'Apple';

export interface GpuHardware {
  /** Undefined for the GPU of a Windows whose WSL2 this is: it does not tell. */
  readonly vendor: GpuVendor | undefined;
  /** The files are here through which programs use it; a container has them only when it was given the GPU. */
  readonly reachable: boolean;
  /** The file that told of it; absent where the architecture does: every Mac with an Apple chip has one. */
  readonly path?: string;
}

export interface GpuSearch {
  readonly gpus: readonly GpuHardware[];
  /** Version of NVIDIA's kernel driver, such as 570.86.15; absent without one. */
  readonly nvidiaDriver?: string;
}

/** Where to look; this machine unless given. */
export interface GpuPlaces {
  /** The folder that stands for `/`. */
  readonly root?: string;
  readonly platform?: NodeJS.Platform;
  readonly architecture?: string;
}

/** PCI vendors of GPUs that compute; the graphics of virtual machines and of servers' management chips have others. */
const pciVendors: Readonly<Record<string, GpuVendor>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };

/** One entry per vendor, NVIDIA first. Takes a millisecond, and never throws. */
export function findGpus(places: GpuPlaces = {}): GpuSearch {
  const { root = '/', platform = process.platform, architecture = process.arch } = places;
  if (platform === 'darwin') {
    return { gpus: architecture === 'arm64' ? [{ vendor: 'Apple', reachable: true }] : [] };
  }
  if (platform === 'win32') return findOnWindows(root);
  const version = readText(join(root, 'proc/driver/nvidia/version'));
  const nvidiaDriver = version === undefined ? undefined : parseDriverVersion(version);
  const gpus = [...findNvidia(root, version !== undefined), ...findCards(root)];
  const first = gpus.filter(({ vendor }, at) => gpus.findIndex((gpu) => gpu.vendor === vendor) === at);
  const found = first.length > 0 ? first : findUnderWindows(root);
  return { gpus: found, ...(nvidiaDriver !== undefined && { nvidiaDriver }) };
}

/** The version in the text of /proc/driver/nvidia/version; undefined when it is written otherwise. */
export function parseDriverVersion(text: string): string | undefined {
  return /Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+)+)/.exec(text)?.[1];
}

function findNvidia(root: string, hasDriver: boolean): GpuHardware[] {
  const device = entriesOf(join(root, 'dev')).find((name) => /^nvidia\d+$/.test(name));
  if (device !== undefined) return [{ vendor: 'NVIDIA', reachable: true, path: `/dev/${device}` }];
  return hasDriver ? [{ vendor: 'NVIDIA', reachable: false, path: '/proc/driver/nvidia/version' }] : [];
}

/** The graphics cards that Linux lists; all of them are used through /dev/dri. */
function findCards(root: string): GpuHardware[] {
  const reachable = entriesOf(join(root, 'dev/dri')).some((name) => name.startsWith('renderD'));
  const cards = entriesOf(join(root, 'sys/class/drm')).filter((name) => /^card\d+$/.test(name));
  return cards.flatMap((card) => {
    const path = `sys/class/drm/${card}/device/vendor`;
    const vendor = pciVendors[readText(join(root, path))?.trim() ?? ''];
    // NVIDIA's has device files of its own, and is not used without them.
    return vendor === undefined ? [] : [{ vendor, reachable: reachable && vendor !== 'NVIDIA', path: `/${path}` }];
  });
}

/** Linux in WSL2 sees one device for all GPUs of Windows; NVIDIA's library lies where Windows puts it. */
function findUnderWindows(root: string): GpuHardware[] {
  if (!existsSync(join(root, 'dev/dxg'))) return [];
  const vendor = existsSync(join(root, 'usr/lib/wsl/lib/libcuda.so.1')) ? 'NVIDIA' : undefined;
  return [{ vendor, reachable: true, path: '/dev/dxg' }];
}

/** NVIDIA's driver brings this program; of other vendors' nothing is known without a library of the system. */
function findOnWindows(root: string): GpuSearch {
  const path = join(root, 'Windows', 'System32', 'nvidia-smi.exe');
  return { gpus: existsSync(path) ? [{ vendor: 'NVIDIA', reachable: true, path }] : [] };
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
