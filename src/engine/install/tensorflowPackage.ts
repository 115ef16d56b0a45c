/** Which Python package has TensorFlow's libraries for this machine, if any has. */
import type { TensorflowKind } from '../tensorflow/findTensorflow.js';
import { installError } from './installation.js';

/** TensorFlow's version unless another is asked for: the newest that this version of fer was tried with. */
export const tensorflowRelease = '2.21.0';

/** What decides whether a wheel can be used. */
export interface PlatformFacts {
  readonly platform: NodeJS.Platform;
  /** As `process.arch` has it. */
  readonly arch: string;
  /** Version of the GNU C library, such as `2.36`; undefined where there is none: musl, macOS. */
  readonly glibc: string | undefined;
}

export interface TensorflowPackage {
  /** Name in the Python package index. */
  readonly name: string;
  /** Tags of wheels for this machine, as `pip download --platform` takes them. */
  readonly platformTags: readonly string[];
}

/** The wheels are built for manylinux_2_27 (PEP 600). */
const oldestGlibc = 27;

/** The facts of the machine that this process runs on. */
export function platformFacts(): PlatformFacts {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  const { excludeNetwork = false } = report;
  report.excludeNetwork = true; // the names of this machine's addresses take seconds where no name server answers
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  report.excludeNetwork = excludeNetwork;
  return { platform: process.platform, arch: process.arch, glibc: header.glibcVersionRuntime };
}

/** The package for `kind`. Throws ENGINE_INSTALL_FAILED where TensorFlow publishes none. */
export function tensorflowPackage(kind: TensorflowKind, { platform, arch, glibc }: PlatformFacts): TensorflowPackage {
  if (platform === 'win32') {
    throw installError(
      'TensorFlow publishes no library for Windows that can be loaded here.',
      'Install fer in WSL2 (wsl --install), where NVIDIA GPUs work too, or: fer engine install webgpu',
    );
  }
  if (platform === 'darwin' && arch === 'arm64' && kind === 'tensorflow') {
    return { name: 'tensorflow', platformTags: ['macosx_14_0_arm64'] };
  }
  const machine = platform === 'linux' ? { x64: 'x86_64', arm64: 'aarch64' }[arch] : undefined;
  if (machine === undefined || (kind === 'cuda' && arch !== 'x64')) {
    const wanted = kind === 'cuda' ? 'Linux on x86-64' : 'Linux on x86-64 or arm64 and macOS on arm64';
    throw installError(
      `TensorFlow ${kind === 'cuda' ? 'with CUDA ' : ''}is published for ${wanted}; this is ${platform} on ${arch}.`,
      'For the GPU of this machine: fer engine install webgpu',
    );
  }
  const minor = requireGlibc(glibc);
  const name = kind === 'tensorflow' && arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
  const versions = Array.from({ length: minor - 16 }, (_, index) => minor - index); // down to 2.17
  return { name, platformTags: versions.map((version) => `manylinux_2_${version}_${machine}`) };
}

/** The second number of the C library's version, 27 or more. */
function requireGlibc(glibc: string | undefined): number {
  const needed = `TensorFlow needs the GNU C library 2.${oldestGlibc} or later`;
  if (glibc === undefined) {
    throw installError(
      `${needed}, and this system has another one (musl, as in Alpine).`,
      'Run fer on Debian 10, Ubuntu 18.04, Fedora 28 or later, in a container if need be.',
    );
  }
  const minor = Number(/^2\.(\d+)/.exec(glibc)?.[1] ?? Number.NaN);
  if (minor >= oldestGlibc) return minor;
  throw installError(
    `${needed}, and this system has ${glibc}.`,
    'Update the system: Debian 10, Ubuntu 18.04 and RHEL 8 have it, or run fer in a container with one of them.',
  );
}
