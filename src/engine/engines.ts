/** All engines; each loads what it needs only when it is asked for. */
import type { EngineEntry } from './engineProbe.js';
import type { EngineName } from './engineNames.js';
import { wasmEntry } from './wasmEntry.js';
import { webgpuEntry } from './webgpu/webgpuEntry.js';

export const engines: Readonly<Partial<Record<EngineName, EngineEntry>>> = { wasm: wasmEntry, webgpu: webgpuEntry };
