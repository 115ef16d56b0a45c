/** What `compile` is asked for against what the host has. */
import { argumentInvalid, LayersWasmError } from '../errors.js';
import type { Host } from './host.js';
import { hasSimd } from './simd.js';

/** As in CompileOptions. */
export interface Features {
  readonly threads: number;
  readonly simd: boolean;
  readonly fast: boolean;
  readonly profile: boolean;
}

/**
 * Throws THREADS_UNAVAILABLE or SIMD_UNAVAILABLE where the host cannot do what is asked, ARGUMENT_INVALID for features that
 * exclude each other.
 */
export function demandFeatures({ threads, simd, fast, profile }: Features, host: Host): void {
  if (threads > 1 && host.whyAlone) {
    throw new LayersWasmError('THREADS_UNAVAILABLE', `${threads} threads cannot run here. ${host.whyAlone}`);
  }
  if (profile && threads !== 1) {
    throw argumentInvalid(`profile expects 1 thread, got ${threads}: times are per thread.`);
  }
  if (simd && !hasSimd()) {
    const message =
      'This host has no WebAssembly SIMD; leave `simd` out, and the network runs without, to the same bits.';
    throw new LayersWasmError('SIMD_UNAVAILABLE', message);
  }
  if (fast && !simd && hasSimd()) {
    throw argumentInvalid('`fast` expects vector instructions, got `simd: false`. Leave one of the two out.');
  }
  if (fast && !(simd && host.allowRelaxedSimd())) {
    const message =
      '`fast` wants relaxed SIMD, which this host lacks: expected Node 20 or later, or a browser of 2024 or later. Leave `fast` out.';
    throw new LayersWasmError('SIMD_UNAVAILABLE', message);
  }
}
