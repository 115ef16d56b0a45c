/** What this host can do for a network, told without compiling one. */
import type { HostFeatures } from '../types.js';
import { canWait, type Host } from './host.js';
import { hasSimd } from './simd.js';

/** What `host` has. */
export async function featuresOf(host: Host): Promise<HostFeatures> {
  const { whyAlone, processors } = host;
  const simd = hasSimd();
  const joins = async (fused: boolean): Promise<boolean> => simd && host.canJoinVectors({ fused });
  return {
    threads: whyAlone === undefined ? processors : 1,
    ...(whyAlone !== undefined && { whyAlone }),
    sharedMemory: canWait(),
    simd,
    relaxedSimd: simd && host.knowsRelaxedSimd(),
    wideSimd: { strict: await joins(false), fast: await joins(true), processor: await host.hasWideVectors() },
  };
}
