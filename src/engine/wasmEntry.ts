/** The default engine as one of several: it is always there, and needs no GPU. */
import type { HostFeatures } from 'layers-wasm';
import type { EngineEntry, EngineProbe, Finding } from './engineProbe.js';

export const wasmEntry: EngineEntry = {
  name: 'wasm',
  probe: async () => describe(await (await import('layers-wasm')).hostFeatures()),
  load: async () => (await import('./wasm.js')).wasmEngine,
};

function describe(features: HostFeatures): EngineProbe {
  const { threads } = features;
  return {
    engine: 'wasm',
    available: true,
    device: threads === 1 ? '1 processor' : `${threads} processors`,
    hardwareGpu: false,
    findings: findingsOf(features),
    problems: [],
  };
}

/** None of these keeps the engine from running: it does without what is missing, to the same bits but for `--fast`. */
function findingsOf({ threads, whyAlone, sharedMemory, simd, relaxedSimd, wideSimd }: HostFeatures): Finding[] {
  const wide = wideSimd.threads ? '256-bit' : wideSimd.alone ? '256-bit with 1 thread, else 128-bit' : '128-bit';
  return [
    { name: 'vectors', value: simd ? wide : 'none: about five times slower' },
    { name: 'relaxed SIMD', value: relaxedSimd ? 'yes: --fast can be had' : 'no: --fast cannot be had' },
    { name: 'threads', value: whyAlone === undefined ? String(threads) : `1: ${whyAlone}` },
    { name: 'shared memory', value: sharedMemory ? 'yes' : 'no' },
  ];
}
