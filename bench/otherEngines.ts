/** The engines beside the default one that run here: TensorFlow on the processor, and GPUs. */
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../src/engine/engineNames.js';
import { engines } from '../src/engine/engines.js';
import type { Contestant } from './contestants.js';

/** `cuda` first: one TensorFlow is loaded in a process, and that for GPUs serves the processor as well. */
const others: readonly EngineName[] = ['cuda', 'tensorflow', 'webgpu'];

/** None that software plays for a GPU: it takes seconds a step. */
export async function findOtherEngines(): Promise<readonly Contestant[]> {
  const found: Contestant[] = [];
  for (const name of others) {
    const { available, hardwareGpu } = await engines[name].probe();
    if (available && (hardwareGpu || name === 'tensorflow')) found.push(contestant(name));
  }
  return found;
}

function contestant(engine: EngineName): Contestant {
  const script = fileURLToPath(new URL('stepServer.js', import.meta.url));
  return {
    name: `fer, ${engine}`,
    command: ({ arch, threads, batchSize }) => {
      const sizes = ['--arch', arch, '--threads', `${threads}`, '--batch', `${batchSize}`];
      return [process.execPath, script, '--engine', engine, ...sizes];
    },
  };
}
