/** What NVIDIA's own program tells of its GPUs. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface NvidiaGpu {
  /** Such as `NVIDIA H200`. */
  readonly name: string;
  readonly driver: string;
  /** Such as `9.0`: which kernels run on it. Absent from drivers before 510, which do not tell. */
  readonly computeCapability?: string;
  /** Bytes. */
  readonly memory?: number;
}

const query = ['--query-gpu=name,driver_version,compute_cap,memory.total', '--format=csv,noheader'];

/** It takes a second or more where the driver sleeps; more than this is a driver that hangs. */
const limitMs = 10_000;

/** The GPUs that `program` lists; undefined where there is no such program, or where it fails. */
export async function askNvidiaSmi(program = 'nvidia-smi'): Promise<readonly NvidiaGpu[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, query, { timeout: limitMs, killSignal: 'SIGKILL' });
    return parseNvidiaSmi(stdout);
  } catch {
    return undefined;
  }
}

/** One GPU per line: `NVIDIA H200, 570.86.15, 9.0, 143771 MiB`. Lines of another form are passed over. */
export function parseNvidiaSmi(text: string): NvidiaGpu[] {
  return text.split('\n').flatMap((line) => {
    const [name, driver, capability = '', memory = ''] = line.split(',').map((cell) => cell.trim());
    if (!name || driver === undefined || !/^\d+(\.\d+)+$/.test(driver)) return [];
    const mebibytes = /^(\d+) MiB$/.exec(memory)?.[1];
    return [
      {
        name,
        driver,
        ...(/^\d+\.\d+$/.test(capability) && { computeCapability: capability }),
        ...(mebibytes !== undefined && { memory: Number(mebibytes) * 2 ** 20 }),
      },
    ];
  });
}
