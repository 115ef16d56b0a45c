/** What `fer doctor` finds: the machine, each engine with what it lacks or how fast it is, and what `--engine auto` makes of it. */
import type { EngineMeasurement } from '../bench/measureEngine.js';
import { chooseByProbes } from '../engine/chooseEngine.js';
import { engineNames, type EngineName } from '../engine/engineNames.js';
import type { EngineProbe } from '../engine/engineProbe.js';
import { version } from '../version.js';
import { askEngine } from './engineProcess.js';
import { estimateRun, type RunEstimate } from './estimate.js';
import { describeMachine, type MachineFacts } from './machine.js';

export interface EngineDiagnosis {
  /** What the engine finds; one that crashed or hung has that for a problem, and is not available. */
  readonly probe: EngineProbe;
  /** Absent for an engine that cannot run, and when nothing was to be measured. */
  readonly measurement?: EngineMeasurement;
  readonly estimate?: RunEstimate;
  /** What became of a measurement that took too long: a slow engine, such as a GPU made of software, is not a broken one. */
  readonly unmeasured?: string;
}

export interface Diagnosis {
  readonly fer: string;
  readonly machine: MachineFacts;
  readonly engines: readonly EngineDiagnosis[];
  /** What `--engine auto` takes and says; absent when one engine was asked about. */
  readonly auto?: { readonly engine: EngineName; readonly remark: string };
}

export interface DiagnoseOptions {
  /** The one engine to look at; all when absent. */
  readonly engine?: EngineName;
  /** Run each engine that works for some seconds; true. */
  readonly measure?: boolean;
  /** Told before an engine is measured. */
  readonly onMeasure?: (engine: EngineName) => void;
  /** The module that answers for engines, as AskOptions have it. */
  readonly script?: URL;
  /** How long a probe may take; 30 s. */
  readonly probeLimitMs?: number;
  /** How long a measurement may take; 60 s. */
  readonly measureLimitMs?: number;
}

/** Looks at this machine and its engines, each in a process of its own; changes nothing and never throws for what is missing. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const { engine, measure = true, onMeasure } = options;
  const names = engine === undefined ? engineNames : [engine];
  const machine = await describeMachine();
  const probes = await Promise.all(names.map((name) => probe(name, options)));
  const engines: EngineDiagnosis[] = [];
  for (const found of probes) {
    if (!measure || !found.available) {
      engines.push({ probe: found });
      continue;
    }
    onMeasure?.(found.engine);
    engines.push(await measured(found, options)); // one after the other: they would share the processors
  }
  const found = engines.map(({ probe }) => probe);
  return { fer: version, machine, engines, ...(engine === undefined && { auto: await chooseAmong(found, machine) }) };
}

async function probe(engine: EngineName, { probeLimitMs = 30_000, script }: DiagnoseOptions): Promise<EngineProbe> {
  const asked = await askEngine({ engine, ask: 'probe' }, { limitMs: probeLimitMs, ...(script && { script }) });
  if ('answer' in asked) return asked.answer;
  return broken({ engine, available: false, hardwareGpu: false, findings: [], problems: [] }, asked.failure);
}

async function measured(
  found: EngineProbe,
  { measureLimitMs = 60_000, script }: DiagnoseOptions,
): Promise<EngineDiagnosis> {
  const { engine } = found;
  const asked = await askEngine({ engine, ask: 'measure' }, { limitMs: measureLimitMs, ...(script && { script }) });
  if ('failure' in asked) {
    if (asked.late) return { probe: found, unmeasured: asked.failure };
    return { probe: broken(found, `It failed when it was measured. ${asked.failure}`) };
  }
  return { probe: found, measurement: asked.answer, estimate: estimateRun(asked.answer) };
}

/** What was found, but for an engine that does not hold what it promises. */
function broken(found: EngineProbe, problem: string): EngineProbe {
  const remedy =
    found.engine === 'wasm'
      ? 'Free memory, or update Node; where that does not help, it is a bug of fer.'
      : `Install it again: fer engine install ${found.engine} --force`;
  return { ...found, available: false, problems: [...found.problems, { problem, remedy }] };
}

async function chooseAmong(
  probes: readonly EngineProbe[],
  { gpus }: MachineFacts,
): Promise<Diagnosis['auto'] & object> {
  const probeOf = (name: EngineName): Promise<EngineProbe> =>
    Promise.resolve(probes.find(({ engine }) => engine === name)!);
  const { probe: taken, remark } = await chooseByProbes(probeOf, gpus);
  return { engine: taken.engine, remark };
}
