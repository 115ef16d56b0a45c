/** Vulkan on Linux: the loader and the drivers that Dawn needs, looked for without loading Dawn, which complains on standard error. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { EngineProblem, Finding } from '../engineProbe.js';

export interface VulkanProbe {
  readonly findings: readonly Finding[];
  readonly problems: readonly EngineProblem[];
}

const loader = 'libvulkan.so.1';

/** Elsewhere than on Linux there is nothing to look for: Metal and Direct3D 12 belong to the system. */
export function probeVulkan(environment: NodeJS.ProcessEnv = process.env): VulkanProbe {
  if (process.platform !== 'linux') return { findings: [], problems: [] };
  const reason = loaderProblem();
  if (reason !== undefined) return { findings: [], problems: [missingLoader(reason)] };
  const drivers = driverManifests(environment);
  const findings = [
    { name: 'Vulkan loader', value: loader },
    ...drivers.map((path) => ({ name: 'Vulkan driver', value: driverName(path), path })),
  ];
  return { findings, problems: drivers.length > 0 ? [] : [missingDriver] };
}

/** Why the loader cannot be loaded; undefined when it can. */
function loaderProblem(): string | undefined {
  try {
    // The one way of Node to open a library by the system's search: it ends in an error either way, but says which.
    process.dlopen({ exports: {} }, loader);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes('cannot open shared object file') ? message : undefined;
  }
  return undefined;
}

function missingLoader(reason: string): EngineProblem {
  return {
    problem: `The Vulkan loader ${loader} was expected and is not there (${reason}).`,
    remedy:
      'Install it: `sudo apt install libvulkan1` (Debian, Ubuntu), `sudo dnf install vulkan-loader` (Fedora, RHEL), ' +
      '`sudo pacman -S vulkan-icd-loader` (Arch), `sudo zypper install libvulkan1` (openSUSE).',
  };
}

const missingDriver: EngineProblem = {
  problem: 'A Vulkan driver was expected; no manifest (icd.d/*.json) of one was found.',
  remedy:
    "Install your GPU's: NVIDIA's comes with its driver (in containers with `NVIDIA_DRIVER_CAPABILITIES=all`); for AMD and Intel " +
    '`sudo apt install mesa-vulkan-drivers` (Debian, Ubuntu), `sudo dnf install mesa-vulkan-drivers` (Fedora), ' +
    '`sudo pacman -S vulkan-radeon` or `vulkan-intel` (Arch).',
};

/** `nvidia_icd.json` of a path, without its ending. */
const driverName = (path: string): string =>
  path
    .split('/')
    .at(-1)!
    .replace(/\.json$/, '');

/** Manifests of drivers, where the loader looks for them. */
export function driverManifests(environment: NodeJS.ProcessEnv): string[] {
  const named = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'];
  const places = named?.split(delimiter) ?? manifestFolders(environment);
  const added = environment['VK_ADD_DRIVER_FILES']?.split(delimiter) ?? [];
  return [...added, ...places].filter((place) => place !== '').flatMap(manifestsAt);
}

function manifestFolders(environment: NodeJS.ProcessEnv): string[] {
  const configured = [
    environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    ...(environment['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(delimiter),
    '/usr/local/etc',
    '/etc',
  ];
  const shared = [
    environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'),
    ...(environment['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share').split(delimiter),
  ];
  return [...new Set([...configured, ...shared])].map((folder) => join(folder, 'vulkan', 'icd.d'));
}

/** A manifest itself, or those of a folder. */
function manifestsAt(place: string): string[] {
  if (place.endsWith('.json')) return existsSync(place) ? [place] : [];
  try {
    const names = readdirSync(place).filter((name) => name.endsWith('.json'));
    return names.map((name) => join(place, name));
  } catch {
    return []; // not there, or nothing that the loader could read either
  }
}
