/** From what a user asks for to an engine that runs: `auto` takes the fastest hardware, a name takes that engine or fails. */
import { FerError } from '../errors.js';
import type { Engine } from './engine.js';
import type { EngineChoice, EngineName } from './engineNames.js';
import type { EngineEntry, EngineProbe } from './engineProbe.js';
import { engines } from './engines.js';
import { findGpus, type GpuSearch } from './gpuHardware.js';
import { remarkOnChoice } from './remarkOnChoice.js';

export interface ChosenEngine {
  readonly name: EngineName;
  readonly engine: Engine;
  /** What it computes on; absent for `wasm`. */
  readonly device?: string;
  /** What `auto` took, why, and what would make it faster: one line. Absent when the engine was named. */
  readonly remark?: string;
}

export type EngineEntries = Readonly<Record<EngineName, EngineEntry>>;

/** What to choose from; this machine's unless given. */
export interface EngineOffer {
  readonly entries?: EngineEntries;
  readonly gpus?: GpuSearch;
}

/** The engines that `auto` prefers to `wasm`, fastest first. */
const gpuEngines: readonly EngineName[] = ['cuda', 'webgpu'];

/**
 * The engine that `choice` means, loaded. No library of an engine is touched unless it is installed. Throws ENGINE_UNAVAILABLE, with what
 * is missing and what to do, when an engine that was named cannot run here; `auto` finds at least `wasm`.
 */
export async function chooseEngine(choice: EngineChoice, offer: EngineOffer = {}): Promise<ChosenEngine> {
  const { entries = engines } = offer;
  if (choice !== 'auto') return namedEngine(choice, entries);
  const { probe, remark } = await chooseByProbes((name) => entries[name].probe(), offer.gpus ?? findGpus());
  return { ...(await loadEngine(probe, entries)), remark };
}

export interface Choice {
  readonly probe: EngineProbe;
  readonly remark: string;
}

/** What `auto` takes, given what the engines find and which GPUs there are; asks no further than it must. */
export async function chooseByProbes(
  probeOf: (name: EngineName) => Promise<EngineProbe>,
  gpus: GpuSearch,
): Promise<Choice> {
  const refused: EngineProbe[] = [];
  for (const name of gpuEngines) {
    const probe = await probeOf(name);
    if (probe.available && probe.hardwareGpu) return { probe, remark: remarkOnChoice(probe, { refused, gpus }) };
    refused.push(probe);
  }
  const probe = await probeOf('wasm');
  return { probe, remark: remarkOnChoice(probe, { refused, gpus }) };
}

async function namedEngine(name: EngineName, entries: EngineEntries): Promise<ChosenEngine> {
  // The default engine is always there, and its probe would tell nothing that is needed.
  if (name === 'wasm') return { name, engine: await entries.wasm.load() };
  // The file of a run may name one that only another version has.
  if (Object.hasOwn(entries, name)) return loadEngine(await entries[name].probe(), entries);
  const known = Object.keys(entries).join(', ');
  throw new FerError(
    'ENGINE_UNAVAILABLE',
    `Engine ${name} cannot run here. This fer has ${known}; a newer one may have it.`,
  );
}

async function loadEngine(probe: EngineProbe, entries: EngineEntries): Promise<ChosenEngine> {
  const { engine: name, available, device, problems } = probe;
  if (!available) {
    const [first] = problems;
    const reason = first === undefined ? 'It does not say why.' : `${first.problem} ${first.remedy}`;
    throw new FerError('ENGINE_UNAVAILABLE', `Engine ${name} cannot run here. ${reason}`);
  }
  return { name, engine: await entries[name].load(), ...(name !== 'wasm' && device !== undefined && { device }) };
}
