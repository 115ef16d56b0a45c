/** `fer engine install webgpu`: Dawn (the `webgpu` package) and TensorFlow.js' backend on it, in a folder of npm's. */
import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireSpace, watchSize } from './diskSpace.js';
import { installError, type InstallOptions, type InstallResult } from './installation.js';
import { checkLoads } from './loadCheck.js';
import { findNpm } from './npmProgram.js';
import { runProgram, type ProgramOptions } from './program.js';
import { installStaged, presentEngine } from './stagedInstall.js';

/** The versions that this version of fer was tried with. The backend wants a core of its own version. */
export const webgpuPackages = {
  webgpu: '0.6.2',
  '@tensorflow/tfjs-core': '4.22.0',
  '@tensorflow/tfjs-backend-webgpu': '4.22.0',
} as const;

/** Bytes: 202 MB unpacked, before what is for other systems is removed, and what npm keeps meanwhile. */
const roughBytes = 0.4e9;

/**
 * Installs the engine in the place of one that may be there, when it is whole and can be loaded. Throws ENGINE_INSTALL_FAILED: no npm, a
 * package that npm cannot get, no room, no build of Dawn for this system.
 */
export async function installWebgpu(options: InstallOptions = {}): Promise<InstallResult> {
  const { environment = process.env, onEvent, signal } = options;
  const present = options.force === true ? undefined : await presentEngine('webgpu', environment);
  if (present !== undefined && isWanted(present)) return present;
  const npm = findNpm(environment);
  return installStaged('webgpu', options, async (folder) => {
    await requireSpace(folder, roughBytes, 'Installing webgpu');
    const manifest = { private: true, dependencies: webgpuPackages };
    await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    const words = ['install', '--prefix', folder, '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'];
    const stopWatching = watchSize(folder, (bytes) => onEvent?.({ type: 'download', what: 'webgpu', bytes }));
    await runNpm([...npm, ...words, '--loglevel=error'], { environment, signal }).finally(stopWatching);
    await removeOtherBuilds(join(folder, 'node_modules', 'webgpu', 'dist'));
    onEvent?.({ type: 'check' });
    const { missing } = await checkLoads({ kind: 'webgpu', folder }, signal);
    const remarks = missing.includes('libvulkan.so.1') ? [vulkanRemark] : [];
    return { versions: webgpuPackages, remarks };
  });
}

/** It is there in the versions that are wanted. */
function isWanted({ folder, versions }: InstallResult): boolean {
  return Object.entries(webgpuPackages).every(
    ([name, version]) => versions[name] === version && existsSync(join(folder, 'node_modules', name, 'package.json')),
  );
}

const vulkanRemark =
  "Vulkan's loader (libvulkan.so.1) is not installed here. Debian, Ubuntu: apt install libvulkan1; Fedora, RHEL: dnf install vulkan-loader; " +
  'Arch: pacman -S vulkan-icd-loader; and the driver of the GPU with it.';

async function runNpm([program, ...words]: [string, ...string[]], options: ProgramOptions): Promise<void> {
  const outcome = await runProgram([program], words, options);
  if (outcome?.status === 0) return;
  const stderr = outcome?.stderr ?? 'it could not be started';
  const lines = stderr.split(/\r?\n/).map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  const told = lines.filter((line) => line !== '' && !/^(A complete log|npm warn)/.test(line)).slice(0, 3);
  const isNetwork = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|CERT|E5\d\d/.test(stderr);
  throw installError(
    `npm could not install webgpu: ${told.join(' ')}.`,
    isNetwork
      ? 'Check the network and the registry: npm ping; behind a proxy: npm config set proxy.'
      : 'To see all that it says, run: npm install --ignore-scripts webgpu',
  );
}

/** The package brings builds for five systems, a folder each; those for other systems are 110 MB. */
async function removeOtherBuilds(dist: string): Promise<void> {
  const own = process.platform === 'darwin' ? 'darwin-universal' : `${process.platform}-${process.arch}`;
  const builds = await readdir(dist);
  if (!builds.includes(own)) {
    throw installError(
      `Dawn is built for ${builds.join(', ')}; this is ${own}.`,
      'Use --engine wasm, which runs everywhere.',
    );
  }
  for (const build of builds) if (build !== own) await rm(join(dist, build), { recursive: true });
}
