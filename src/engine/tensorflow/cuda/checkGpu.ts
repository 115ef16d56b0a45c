/** What keeps a GPU from running TensorFlow, judged from what its driver says. */
import type { EngineProblem, Finding } from '../../engineProbe.js';
import type { CudaDriver, CudaGpu } from './driver.js';

/** Releases of TensorFlow: the first ones with CUDA 11.8, which knows Hopper, and with CUDA 12 alone. */
const firstWithHopper = [2, 12] as const;
const firstWithCuda12 = [2, 16] as const;

const hopper = [9, 0] as const;

/** Compute capabilities that the wheels of 2.21 have kernels for; the driver compiles for later ones. */
const leastCapability = [6, 0] as const;
const newestCapability = [9, 0] as const;

export function driverFindings({ cudaVersion, gpus }: CudaDriver): Finding[] {
  const versions = [{ name: "the driver's newest CUDA", value: cudaVersion.join('.') }];
  return [...versions, ...gpus.map((gpu) => ({ name: gpu.name, value: describeCapability(gpu) }))];
}

/** Of the driver and what it shows; `undefined` = there is none. */
export function driverProblem(driver: CudaDriver | undefined): EngineProblem | undefined {
  if (!driver) {
    return {
      problem: "NVIDIA's driver (libcuda.so.1) was expected, and is not there.",
      remedy: "Install the GPU's driver; in a container, start it with the GPU (docker run --gpus all).",
    };
  }
  if (driver.gpus.length > 0) return undefined;
  return {
    problem: 'An NVIDIA GPU was expected, and the driver shows none to this process.',
    remedy: 'Check nvidia-smi, and that CUDA_VISIBLE_DEVICES names a GPU.',
  };
}

/** Of the first GPU with this version of TensorFlow. */
export function versionProblem({ cudaVersion, gpus }: CudaDriver, version: string): EngineProblem | undefined {
  const gpu = gpus[0]!;
  const [major, minor] = version.split('.').map(Number) as [number, number];
  const release: readonly [number, number] = [major, minor];
  const capability = gpu.capability.join('.');
  if (isBelow(release, firstWithHopper) && !isBelow(gpu.capability, hopper)) {
    return {
      problem: `TensorFlow ${version} is older than ${gpu.name}, and cannot use its compute capability ${capability}.`,
      remedy: 'Install a newer one: fer engine install cuda',
    };
  }
  if (isBelow(release, firstWithCuda12)) return undefined;
  if (cudaVersion[0] < 12) {
    return {
      problem: `A driver for CUDA 12 was expected, and this one runs CUDA ${cudaVersion.join('.')} at most.`,
      remedy: "Update the GPU's driver.",
    };
  }
  if (!isBelow(gpu.capability, leastCapability)) return undefined;
  return {
    problem: `A GPU of compute capability ${leastCapability.join('.')} or more was expected, and ${gpu.name} has ${capability}.`,
    remedy: 'Use --engine webgpu or --engine wasm on this machine.',
  };
}

/** TensorFlow lists no GPU although the driver does; it may be `installed` by fer already. */
export function noGpuProblem(installed: boolean): EngineProblem {
  const command = `fer engine install cuda${installed ? ' --force' : ''}`;
  return {
    problem: 'TensorFlow finds no GPU that it can use: it is built without CUDA, or misses one of its libraries.',
    remedy: `FER_TENSORFLOW_LOG=1 shows what TensorFlow itself says. To install it with its libraries: ${command}`,
  };
}

function describeCapability({ capability }: CudaGpu): string {
  const text = `compute capability ${capability.join('.')}`;
  return isBelow(newestCapability, capability) ? `${text}; the driver compiles for it when it is first used` : text;
}

function isBelow(one: readonly [number, number], other: readonly [number, number]): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}
