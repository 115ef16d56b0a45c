/** The default engine as one of several: it is always there, and needs no GPU. */
import type { EngineEntry, EngineProbe } from './engineProbe.js';

export const wasmEntry: EngineEntry = {
  name: 'wasm',
  probe: async (): Promise<EngineProbe> => {
    const { describeFaster, describeFeatures, hostFeatures } = await import('./wasmFeatures.js');
    const features = await hostFeatures();
    const faster = describeFaster(features);
    return {
      engine: 'wasm',
      available: true,
      device: features.threads === 1 ? '1 processor' : `${features.threads} processors`,
      hardwareGpu: false,
      findings: describeFeatures(features),
      ...(faster !== undefined && { faster }),
      problems: [],
    };
  },
  load: async () => (await import('./wasm.js')).wasmEngine,
};
