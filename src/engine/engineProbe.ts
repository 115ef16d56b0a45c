/** What an engine finds on this machine: the facts that `fer doctor` prints and `--engine auto` decides by. */
import type { Engine } from './engine.js';
import type { EngineName } from './engineNames.js';

/** One fact, such as { name: 'libtensorflow', value: '2.21.0', path: '/opt/tensorflow/libtensorflow_cc.so.2' }. */
export interface Finding {
  readonly name: string;
  readonly value: string;
  /** The file that the fact is about. */
  readonly path?: string;
}

/** What keeps an engine from running, and what the user can do. */
export interface EngineProblem {
  /** What was expected and what was found, a sentence. */
  readonly problem: string;
  /** What to do, a sentence, with the command where there is one. */
  readonly remedy: string;
}

export interface EngineProbe {
  readonly engine: EngineName;
  /** It can run here: there are no problems. */
  readonly available: boolean;
  /** What it computes on, such as `NVIDIA H200` or `2 processors`; absent when it found nothing. */
  readonly device?: string;
  /** That device is a GPU made of hardware: what `auto` looks for. */
  readonly hardwareGpu: boolean;
  readonly findings: readonly Finding[];
  readonly problems: readonly EngineProblem[];
  /** What would make it faster on this machine, a sentence; absent where nothing is known. */
  readonly faster?: string;
}

/** An engine that may or may not be present. */
export interface EngineEntry {
  readonly name: EngineName;
  /** Looks without changing anything and never throws for what is missing; what is not installed is told at once. */
  probe(): Promise<EngineProbe>;
  /** The engine itself. Throws FerError ENGINE_UNAVAILABLE with the first problem and its remedy when it cannot run here. */
  load(): Promise<Engine>;
}
