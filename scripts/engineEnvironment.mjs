/** Where tests find engines that are no part of the package: what testEngines.mjs brought, unless the environment names others. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './steps.mjs';

/** As `FER_ENGINES_DIR`. */
export const enginesFolder = join(root, '.cache', 'engines');

/** Vulkan's loader, and a driver that computes on the processor. */
export const softwareGpuFolder = join(root, '.cache', 'softwareGpu');

/** The loader, the driver and its manifest. */
export const softwareGpuFiles = ['libvulkan.so.1', 'libvk_swiftshader.so', 'vk_swiftshader_icd.json'];

export function hasSoftwareGpu() {
  return softwareGpuFiles.every((file) => existsSync(join(softwareGpuFolder, file)));
}

/** The environment for jest. To test a GPU made of hardware, name it in FER_WEBGPU_ADAPTER. */
export function engineEnvironment() {
  const environment = { ...process.env };
  if (existsSync(enginesFolder)) environment.FER_ENGINES_DIR ??= enginesFolder;
  if (process.env.FER_WEBGPU_ADAPTER !== undefined || !hasSoftwareGpu()) return environment;
  const manifest = join(softwareGpuFolder, 'vk_swiftshader_icd.json');
  return {
    ...environment,
    FER_WEBGPU_ADAPTER: 'SwiftShader',
    // Loaders before 1.3.207 know the second name only.
    VK_DRIVER_FILES: manifest,
    VK_ICD_FILENAMES: manifest,
    LD_LIBRARY_PATH: [softwareGpuFolder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
  };
}
