/** Where the time of a training step goes: by layer and by kind of work, from the profiles of several steps. */
import type { ProfileEntry } from '../engine/inspection.js';
import { quartiles } from './quartiles.js';

/** Time, and what was computed in it. */
export interface Cost {
  /** Median of the steps. */
  readonly milliseconds: number;
  /** Billions of multiplications and additions a second; null where they are not what takes the time. */
  readonly gigaflops: number | null;
}

/** One kind of work of a layer in one direction; an empty `layer` is work of no layer, such as the optimizer's. */
export interface ProfiledWork extends Cost {
  readonly layer: string;
  readonly pass: 'forward' | 'backward';
  readonly kernel: string;
}

export interface LayerCost {
  readonly layer: string;
  readonly forward: Cost;
  readonly backward: Cost;
}

/** All work of one kind, whatever the layer. */
export interface KernelCost extends Cost {
  readonly kernel: string;
}

/** Each list begins with what takes longest. */
export interface StepProfile {
  readonly work: readonly ProfiledWork[];
  readonly layers: readonly LayerCost[];
  readonly kernels: readonly KernelCost[];
}

/** Per image and all calls together, before they are set against each other. */
interface Tally {
  milliseconds: number;
  flops: number;
  /** Of the work that has flops. */
  flopsMilliseconds: number;
}

/** Summarises `steps`, one profile per training step of `batchSize` images. Sums are sums of the medians of their parts. */
export function summariseProfile(steps: readonly (readonly ProfileEntry[])[], batchSize: number): StepProfile {
  const same = ({ layer, pass, kernel }: ProfileEntry): string => `${layer}|${pass}|${kernel}`;
  const medians = grouped(steps.flat(), same).map(([, entries]): ProfileEntry => {
    return { ...entries[0]!, milliseconds: quartiles(entries.map(({ milliseconds }) => milliseconds)).median };
  });
  const costOf = (entries: readonly ProfileEntry[]): Cost => cost(tally(entries), batchSize);
  const passOf = (entries: readonly ProfileEntry[], pass: ProfileEntry['pass']): Cost =>
    costOf(entries.filter((entry) => entry.pass === pass));
  const layers = grouped(medians, ({ layer }) => layer).map(([layer, entries]) => {
    return { layer, forward: passOf(entries, 'forward'), backward: passOf(entries, 'backward') };
  });
  const kernels = grouped(medians, ({ kernel }) => kernel).map(([kernel, entries]) => {
    return { kernel, ...costOf(entries) };
  });
  const work = medians.map((entry) => {
    const { layer, pass, kernel } = entry;
    return { layer, pass, kernel, ...costOf([entry]) };
  });
  const bothPasses = ({ forward, backward }: LayerCost): number => forward.milliseconds + backward.milliseconds;
  return {
    work: work.sort((a, b) => b.milliseconds - a.milliseconds),
    layers: layers.sort((a, b) => bothPasses(b) - bothPasses(a)),
    kernels: kernels.sort((a, b) => b.milliseconds - a.milliseconds),
  };
}

/** The entries of equal keys together, in the order of their first ones. */
function grouped(
  entries: readonly ProfileEntry[],
  keyOf: (entry: ProfileEntry) => string,
): [string, readonly ProfileEntry[]][] {
  const groups = new Map<string, ProfileEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups];
}

function tally(entries: readonly ProfileEntry[]): Tally {
  const sums = { milliseconds: 0, flops: 0, flopsMilliseconds: 0 };
  for (const { milliseconds, flops } of entries) {
    sums.milliseconds += milliseconds;
    sums.flops += flops;
    if (flops > 0) sums.flopsMilliseconds += milliseconds;
  }
  return sums;
}

function cost({ milliseconds, flops, flopsMilliseconds }: Tally, batchSize: number): Cost {
  // 1 GFLOP/s is a million operations in a millisecond.
  return { milliseconds, gigaflops: flops > 0 ? (flops * batchSize) / flopsMilliseconds / 1e6 : null };
}
