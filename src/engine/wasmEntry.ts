/** The default engine as one of several: it is always there, and needs no GPU. */
import { availableParallelism } from 'node:os';
import type { EngineEntry } from './engineProbe.js';

export const wasmEntry: EngineEntry = {
  name: 'wasm',
  probe: () => {
    const processors = availableParallelism();
    return Promise.resolve({
      engine: 'wasm',
      available: true,
      device: processors === 1 ? '1 processor' : `${processors} processors`,
      hardwareGpu: false,
      findings: [],
      problems: [],
    });
  },
  load: async () => (await import('./wasm.js')).wasmEngine,
};
