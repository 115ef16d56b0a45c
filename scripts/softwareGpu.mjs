/**
 * Brings SwiftShader into .cache: a GPU for Vulkan that computes on the processor, for the tests of the engine `webgpu`, which are skipped
 * without it. Chromium carries it, so it is taken from an installed one or out of Debian's package, which is unpacked and not installed.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasSoftwareGpu, softwareGpuFiles, softwareGpuFolder } from './engineEnvironment.mjs';
import { root, run } from './steps.mjs';

const debianPackage = 'chromium-common';
/** Where it puts them. */
const installed = 'usr/lib/chromium';

/** Makes the folder whole, or says why it cannot be had. */
export function bringSoftwareGpu() {
  if (bring()) return;
  const places = `neither in /${installed} nor to be had from Debian's ${debianPackage}`;
  console.log(`SwiftShader is ${places}: without a GPU the engine webgpu stays untested here.`);
}

function bring() {
  if (hasSoftwareGpu()) return true;
  if (process.platform !== 'linux') return false;
  mkdirSync(join(root, '.cache'), { recursive: true });
  const work = mkdtempSync(join(root, '.cache', 'softwareGpu-'));
  try {
    return take(`/${installed}`, work) || (unpack(work) && take(join(work, installed), work));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Copies the files out of `folder` when all are there. */
function take(folder, work) {
  if (!softwareGpuFiles.every((file) => existsSync(join(folder, file)))) return false;
  const made = join(work, 'made');
  mkdirSync(made);
  for (const file of softwareGpuFiles) copyFileSync(join(folder, file), join(made, file));
  rmSync(softwareGpuFolder, { recursive: true, force: true });
  renameSync(made, softwareGpuFolder);
  return true;
}

/** Downloads the package and unpacks the files into `work`; needs no rights. */
function unpack(work) {
  // The machine's lists of packages may be missing or old: then the folder has its own.
  const own = ['-o', `Dir::State::lists=${work}/lists`, '-o', `Dir::Cache=${work}`];
  for (const folder of ['lists/partial', 'archives/partial']) mkdirSync(join(work, folder), { recursive: true });
  const download = (...options) => run('apt-get', ['-qq', ...options, 'download', debianPackage], { cwd: work });
  if (!download() && !(run('apt-get', ['-qq', ...own, 'update']) && download(...own))) return false;
  const files = softwareGpuFiles.map((file) => `./${installed}/${file}`);
  return run('sh', ['-c', 'dpkg-deb --fsys-tarfile *.deb | tar -x "$@"', 'sh', ...files], { cwd: work });
}
