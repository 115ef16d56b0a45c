/** How a run begins with the weights of another model: which model, which layers wait, and how fast each trains. */
import { FerError } from '../errors.js';
import type { ArchitectureName } from '../model/architectures.js';
import { parseLabels } from '../model/formats/labelOrders.js';
import { scalings, type Scaling } from '../scaling.js';
import * as checks from './configChecks.js';

/** A network with weights drawn from the seed. */
export interface NewNetwork {
  /** Path of the model to begin with: a run folder or a model file; null = a new network of `arch`. */
  readonly init: null;
  /** Network to train; beside `init` null or the file's own. */
  readonly arch: ArchitectureName;
  /** Height and width of the network's input in pixels, 32 or more; beside `init` null, or what the file says or leaves open. */
  readonly inputSize: number;
  /** Of a file of `init` without a model card: its classes in the order of its outputs; null = those of FER-2013, if it has seven. */
  readonly labels: null;
  /** Of a file of `init` without a model card: how it takes grey levels; null = the standard. The run goes on in the file's scaling. */
  readonly scaling: null;
}

/** The network of a model file, and its weights. */
export interface InitialNetwork {
  readonly init: string;
  readonly arch: ArchitectureName | null;
  readonly inputSize: number | null;
  readonly labels: readonly string[] | null;
  readonly scaling: Scaling | null;
}

export interface FineTuneConfig {
  /**
   * Layers that stay as they are, by name or pattern (`*` any characters, `?` one); a pattern leaves the head, which makes the classes,
   * to a full name.
   */
  readonly freeze: readonly string[];
  /** Epoch from whose first step on the frozen layers train too, 2 or more; 0 = never. */
  readonly unfreezeAt: number;
  /** Factor of the learning rate, above 0, by layer or pattern as in `freeze`; the last one that means a layer counts. */
  readonly layerRates: Readonly<Record<string, number>>;
}

/** The whole network, at one rate. */
export const fineTuneDefaults: FineTuneConfig = { freeze: [], unfreezeAt: 0, layerRates: {} };

/** One check per key. */
export const fineTuneChecks: Readonly<Record<keyof FineTuneConfig, checks.Check>> = {
  freeze: checks.listOf(checks.text('a name or pattern of layers')),
  unfreezeAt: checks.integer(0),
  layerRates: checks.eachOf('a layer or pattern', checks.above(0)),
};

/** One check for each setting that tells what a file of `init` may not say. */
export const assumptionChecks: Readonly<Record<'labels' | 'scaling', checks.Check>> = {
  labels: checks.nullOr(checks.listOf(checks.text('a class name'))),
  scaling: checks.nullOr(checks.oneOf(scalings)),
};

/** The names of `labels` where a config file has the name of a known order, or names in one line. Throws as `parseLabels` does. */
export function readLabels(labels: unknown): { readonly labels?: readonly string[] } {
  return typeof labels === 'string' ? { labels: parseLabels(labels) } : {};
}

/** What a model to begin with decides unless it is said: the network and its size are its own. */
export function networkDefaultsFor(init: unknown): { readonly arch?: null; readonly inputSize?: null } {
  return typeof init === 'string' ? { arch: null, inputSize: null } : {};
}

type NetworkSettings = { readonly [K in keyof NewNetwork]: unknown } & { readonly l2: 'published' | number };

/** Throws CONFIG_INVALID where a new network lacks something, or is told what only a file can have. */
export function requireFittingNetwork({ init, l2, ...settings }: NetworkSettings): void {
  if (init !== null) {
    if (l2 === 'published') return;
    throw unfit('l2', 'published with init, whose penalties are those of its file', String(l2));
  }
  for (const key of ['arch', 'inputSize'] as const) {
    if (settings[key] === null) throw unfit(key, 'a value where there is no init', 'null');
  }
  for (const key of ['labels', 'scaling'] as const) {
    if (settings[key] === null) continue;
    throw unfit(key, 'null where there is no init, of whose file it tells', JSON.stringify(settings[key]));
  }
}

/** Throws CONFIG_INVALID for settings that contradict each other: nothing that was asked for is ignored. */
export function requireFittingStages({ epochs, freeze, unfreezeAt }: FineTuneConfig & { epochs: number }): void {
  if (unfreezeAt === 0) return;
  if (freeze.length === 0) throw unfit('unfreezeAt', '0 without freeze: nothing is frozen', String(unfreezeAt));
  if (unfreezeAt < 2 || unfreezeAt > epochs) {
    throw unfit('unfreezeAt', `an epoch from 2 to epochs (${epochs}), or 0 for never`, String(unfreezeAt));
  }
}

function unfit(key: string, expected: string, got: string): FerError {
  return new FerError('CONFIG_INVALID', `${key}: expected ${expected}; got ${got}.`);
}
