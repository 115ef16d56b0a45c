/** The GPU that tests compute on: where the engine is installed and `FER_WEBGPU_ADAPTER` names an adapter. */
import { describe } from '@jest/globals';
import type { EngineProbe } from '../../../src/engine/engineProbe.js';
import { adapterVariable, chooseAdapter, listAdapters, type Adapter } from '../../../src/engine/webgpu/adapters.js';
import { loadDawn, loadTensorFlow } from '../../../src/engine/webgpu/packages.js';
import { Session } from '../../../src/engine/webgpu/session.js';
import { webgpuEntry } from '../../../src/engine/webgpu/webgpuEntry.js';

const wanted = process.env[adapterVariable];
const probe: EngineProbe | undefined = wanted === undefined ? undefined : await webgpuEntry.probe();

/** Tests that are skipped by name where there is no such GPU. */
export function describeOnGpu(title: string, tests: () => void): void {
  (probe?.available === true ? describe : describe.skip)(title, tests);
}

export async function presentAdapter(): Promise<Adapter> {
  return chooseAdapter(await listAdapters(await loadDawn()), wanted)!;
}

/** A session of its own, closed behind `use`, whatever happens. */
export async function withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
  const session = await Session.open(await loadDawn(), loadTensorFlow(), await presentAdapter());
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
