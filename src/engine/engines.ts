/** All engines; each loads what it needs only when it is asked for. */
import type { EngineEntry } from './engineProbe.js';
import type { EngineName } from './engineNames.js';
import { cudaEntry, tensorflowEntry } from './tensorflow/tensorflowEntry.js';
import { wasmEntry } from './wasmEntry.js';
import { webgpuEntry } from './webgpu/webgpuEntry.js';

export const engines: Readonly<Record<EngineName, EngineEntry>> = {
  wasm: wasmEntry,
  tensorflow: tensorflowEntry,
  cuda: cudaEntry,
  webgpu: webgpuEntry,
};
