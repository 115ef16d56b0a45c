/** NVIDIA's driver and the GPUs that it shows to this process (CUDA_VISIBLE_DEVICES counts), asked through its own library. */
import type { LibraryHandle } from 'koffi';
import { openFunctions, type Koffi } from '../library/koffi.js';

export interface CudaGpu {
  /** As `NVIDIA H200`. */
  readonly name: string;
  /** Compute capability as [major, minor]. */
  readonly capability: readonly [number, number];
}

export interface CudaDriver {
  /** The newest CUDA that it runs, as [major, minor]. */
  readonly cudaVersion: readonly [number, number];
  readonly gpus: readonly CudaGpu[];
}

/** Undefined where there is no driver. */
export function readCudaDriver(koffi: Koffi): CudaDriver | undefined {
  const library = openFunctions(koffi, 'libcuda.so.1');
  if (!library) return undefined;
  const number = numberReader(library);
  const cudaVersion = versionOf(number('cuDriverGetVersion'));
  const isReady = library.func('int cuInit(unsigned int)')(0) === 0;
  const count = isReady ? number('cuDeviceGetCount') : 0;
  return { cudaVersion, gpus: Array.from({ length: count }, (_, index) => readGpu(library, index)) };
}

/** CUDA counts versions as 1000 * major + 10 * minor. */
export function versionOf(number: number): readonly [number, number] {
  return [Math.floor(number / 1000), Math.floor((number % 1000) / 10)];
}

/** Calls functions whose only argument is the place of their answer, an int. */
function numberReader(library: LibraryHandle): (name: string) => number {
  return (name) => {
    const answer = new Int32Array(1);
    library.func(`int ${name}(void *)`)(answer);
    return answer[0]!;
  };
}

/** The numbers of attributes in CUdevice_attribute. */
const capabilityMajor = 75;
const capabilityMinor = 76;

function readGpu(library: LibraryHandle, index: number): CudaGpu {
  const device = new Int32Array(1);
  library.func('int cuDeviceGet(void *, int)')(device, index);
  const name = Buffer.alloc(256);
  library.func('int cuDeviceGetName(void *, int, int)')(name, name.length, device[0]!);
  const readAttribute = library.func('int cuDeviceGetAttribute(void *, int, int)');
  const attribute = (which: number): number => {
    const answer = new Int32Array(1);
    readAttribute(answer, which, device[0]!);
    return answer[0]!;
  };
  const end = name.indexOf(0);
  return {
    name: name.toString('utf8', 0, end < 0 ? name.length : end),
    capability: [attribute(capabilityMajor), attribute(capabilityMinor)],
  };
}
