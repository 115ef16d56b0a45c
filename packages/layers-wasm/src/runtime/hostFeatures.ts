/** What this host can do for a network, told without compiling one. */
import { canWait, findHost, type Host } from './host.js';
import { hasSimd } from './simd.js';

export interface HostFeatures {
  /** Threads that run at the same time, what `compile` takes unless told; 1 where there can be one only. */
  readonly threads: number;
  /** Why there can be one thread only, and what to do about it; absent where there can be more. */
  readonly whyAlone?: string;
  /** This thread may share memory and sleep until another one wakes it. */
  readonly sharedMemory: boolean;
  /** 128-bit vectors: what `simd` is unless told. */
  readonly simd: boolean;
  /** One rounding for a multiplication and an addition: `fast` can be had. */
  readonly relaxedSimd: boolean;
  /** Vectors joined to 256 bits: `wide` has an effect with one thread, and with several. */
  readonly wideSimd: { readonly alone: boolean; readonly threads: boolean };
}

/** What this process, page or worker has. Changes nothing: no flag of V8 is set. */
export async function hostFeatures(): Promise<HostFeatures> {
  return featuresOf(await findHost());
}

/** What `host` has. */
export async function featuresOf(host: Host): Promise<HostFeatures> {
  const { whyAlone, processors } = host;
  const simd = hasSimd();
  const joins = async (shared: boolean): Promise<boolean> => simd && host.canJoinVectors({ shared, fused: false });
  return {
    threads: whyAlone === undefined ? processors : 1,
    ...(whyAlone !== undefined && { whyAlone }),
    sharedMemory: canWait(),
    simd,
    relaxedSimd: simd && host.knowsRelaxedSimd(),
    wideSimd: { alone: await joins(false), threads: await joins(true) },
  };
}
