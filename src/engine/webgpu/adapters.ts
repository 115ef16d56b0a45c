/** The GPUs that Dawn finds, which of them are made of hardware, and which one is taken. */
import { FerError } from '../../errors.js';
import type { Dawn } from './packages.js';

/** One way to one GPU. */
export interface Adapter {
  /** As its driver calls it: `NVIDIA H200`, `SwiftShader Device (Subzero)`. */
  readonly name: string;
  /** `vulkan`, `metal` or `d3d12`. */
  readonly backend: string;
  readonly vendor: string;
  readonly architecture: string;
  /** Driver and its version, where the driver tells. */
  readonly description: string;
  /** It computes on the processor. */
  readonly software: boolean;
}

/** The variable by which users name an adapter, by a part of its name; software is taken only so. */
export const adapterVariable = 'FER_WEBGPU_ADAPTER';

/** Backends whose kernels TensorFlow.js is made for; OpenGL, where Dawn has it, lacks limits that they need. */
const backends = ['vulkan', 'metal', 'd3d12'];

const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render|\bwarp\b|\bcpu\b/i;

/** All adapters, the one that Dawn thinks fastest first. It writes to standard error when there is no driver. */
export async function listAdapters(dawn: Dawn): Promise<Adapter[]> {
  const list: Adapter[] = [];
  const fastest = await requestAdapter(dawn.create([]));
  for (const { backend, name } of await namedAdapters(dawn)) {
    const adapter = await requestAdapter(dawn.create([`backend=${backend}`, `adapter=${name}`]));
    if (!adapter) continue;
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const software = isFallbackAdapter || softwareNames.test(`${name} ${architecture} ${description}`);
    const found = { name, backend, vendor, architecture, description, software };
    if (isSame(adapter.info, fastest?.info)) list.unshift(found);
    else list.push(found);
  }
  return list;
}

const isSame = (one: GPUAdapterInfo, other: GPUAdapterInfo | undefined): boolean =>
  (['vendor', 'architecture', 'device', 'description'] as const).every((fact) => one[fact] === other?.[fact]);

/** The one to compute on: the first that `wanted` is a part of the name of, or else the first made of hardware. */
export function chooseAdapter(adapters: readonly Adapter[], wanted: string | undefined): Adapter | undefined {
  if (wanted === undefined) return adapters.find(({ software }) => !software);
  return adapters.find(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
}

/** Why there is no adapter to choose, and what to do: a sentence each. */
export function missingAdapter(adapters: readonly Adapter[], wanted: string | undefined): [string, string] {
  const found = adapters.map(({ name }) => `"${name}"`).join(', ') || 'none';
  if (wanted !== undefined) {
    return [
      `No GPU has "${wanted}" in its name; found: ${found}.`,
      `Set ${adapterVariable} to a part of one of these names, or unset it to use the first GPU.`,
    ];
  }
  if (adapters.length > 0) {
    return [
      `A GPU was expected, only software that imitates one was found: ${found}.`,
      `Install the driver of your GPU, or set ${adapterVariable}=${JSON.stringify(adapters[0]!.name)} to compute on the processor all the same.`,
    ];
  }
  return [
    'A GPU was expected, none was found.',
    'Install the newest driver of your GPU, with its part for Vulkan; Dawn passes old ones over, such as Mesa 22.',
  ];
}

/** A device of `adapter`; `gpu` is to be let go with it. Throws FerError ENGINE_UNAVAILABLE. */
export async function openDevice(
  dawn: Dawn,
  { name, backend }: Adapter,
): Promise<{ gpu: GPU; device: GPUDevice; info: GPUAdapterInfo }> {
  const gpu = dawn.create([`backend=${backend}`, `adapter=${name}`]);
  const adapter = await requestAdapter(gpu);
  if (!adapter) throw new FerError('ENGINE_UNAVAILABLE', `The GPU "${name}" was found, but does not answer any more.`);
  const { limits } = adapter;
  try {
    const device = await adapter.requestDevice({
      requiredLimits: {
        maxBufferSize: limits.maxBufferSize,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
        maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
        maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
        maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      },
    });
    return { gpu, device, info: adapter.info };
  } catch (error) {
    const message = `The GPU "${name}" could not be opened: ${String(error)}`;
    throw new FerError('ENGINE_UNAVAILABLE', message, { cause: error });
  }
}

function requestAdapter(gpu: GPU): Promise<GPUAdapter | null> {
  return gpu.requestAdapter({ powerPreference: 'high-performance' });
}

/** Dawn lists its adapters when it is asked for one that is not there. */
async function namedAdapters(dawn: Dawn): Promise<{ name: string; backend: string }[]> {
  try {
    await requestAdapter(dawn.create(['adapter=\u0000']));
    return [];
  } catch (error) {
    const lines = [...String(error).matchAll(/backend: '([^']*)', name: '(.*)'$/gm)];
    return lines
      .map(([, backend, name]) => ({ backend: backend!, name: name! }))
      .filter(({ backend }) => backends.includes(backend));
  }
}
