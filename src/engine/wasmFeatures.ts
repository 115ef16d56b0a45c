/** What this host has for the default engine; loads the engine's package, so that only a probe imports it. */
import type { HostFeatures } from 'layers-wasm';
import type { Finding } from './engineProbe.js';

export { hostFeatures, type HostFeatures } from 'layers-wasm';

/** What would make the engine faster on this machine, a sentence; undefined where nothing is known. */
export function describeFaster({ simd, wideSimd }: HostFeatures): string | undefined {
  if (!simd || wideSimd.strict || !wideSimd.processor) return undefined;
  return 'Under Node 22 or 24 it computes with 256-bit vectors and takes about 0.7 of the time.';
}

/** None of these keeps the engine from running: it does without what is missing, to the same bits but for `--fast`. */
export function describeFeatures(features: HostFeatures): Finding[] {
  const { threads, whyAlone, sharedMemory, simd, relaxedSimd, wideSimd } = features;
  return [
    { name: 'vectors', value: simd ? describeWidth(wideSimd) : 'none, which takes five times as long' },
    { name: 'relaxed SIMD', value: relaxedSimd ? 'yes, with --fast' : 'no' },
    { name: 'threads', value: whyAlone === undefined ? `up to ${threads} at a time` : `1. ${whyAlone}` },
    { name: 'shared memory', value: sharedMemory ? 'yes' : 'no' },
  ];
}

function describeWidth({ strict, fast, processor }: HostFeatures['wideSimd']): string {
  if (strict) return fast ? '256-bit' : '256-bit; 128-bit with --fast, which is slower';
  return processor ? '128-bit' : '128-bit; 256-bit wants Node 22, 24 or 26 on x64 with AVX2';
}
