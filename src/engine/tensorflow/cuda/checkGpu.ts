/** What keeps a GPU from running TensorFlow, judged from what its driver says. */
import type { EngineProblem, Finding } from '../../engineProbe.js';
import type { CudaDriver, CudaGpu } from './driver.js';

/** The oldest CUDA that the driver must run: that of TensorFlow 2.16 and later. */
const neededCuda = 12;

/** The least compute capability that TensorFlow's wheels have kernels for. */
const leastCapability = [6, 0] as const;

/** The newest that they have kernels for; the driver compiles for later ones. */
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
  const isRecent = major > 2 || minor >= 16;
  const capability = gpu.capability.join('.');
  if (isRecent && cudaVersion[0] < neededCuda) {
    return {
      problem: `A driver for CUDA ${neededCuda} was expected, and this one runs CUDA ${cudaVersion.join('.')} at most.`,
      remedy: "Update the GPU's driver.",
    };
  }
  if (isBelow(gpu.capability, leastCapability)) {
    return {
      problem: `A GPU of compute capability ${leastCapability.join('.')} or more was expected, and ${gpu.name} has ${capability}.`,
      remedy: 'Use --engine webgpu or --engine wasm on this machine.',
    };
  }
  if (!isRecent && !isBelow(gpu.capability, newestCapability)) {
    return {
      problem: `TensorFlow ${version} is older than ${gpu.name}, and has no kernels for its compute capability ${capability}.`,
      remedy: 'Install a newer one: fer engine install cuda',
    };
  }
  return undefined;
}

/** TensorFlow lists no GPU although the driver does. */
export const noGpuProblem: EngineProblem = {
  problem: 'TensorFlow finds no GPU that it can use: it is built without CUDA, or misses one of its libraries.',
  remedy: 'Install it with them: fer engine install cuda; FER_TENSORFLOW_LOG=1 shows what TensorFlow itself says.',
};

function describeCapability({ capability }: CudaGpu): string {
  const text = `compute capability ${capability.join('.')}`;
  return isBelow(newestCapability, capability) ? `${text}; the driver compiles for it when it is first used` : text;
}

function isBelow(one: readonly [number, number], other: readonly [number, number]): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}
