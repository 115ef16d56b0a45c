/** The numbers of makeTorchFixture.py. */
import { readFileSync } from 'node:fs';
import { digest, digestError, type Digest } from '../digest.js';

/** mini-Xception in PyTorch, float64. */
export interface TorchFixture {
  /** Loss and gradients of batch 0. */
  readonly batch: {
    readonly count: number;
    readonly loss: number;
    readonly gradients: Readonly<Record<string, Digest>>;
  };
  /** Losses of batches 0, 1, ... while Adam trains. */
  readonly curve: { readonly count: number; readonly learningRate: number; readonly losses: readonly number[] };
}

const file = new URL('../../../test/oracle/torchFixture.json', import.meta.url);

/** The committed fixture. */
export const torchFixture = JSON.parse(readFileSync(file, 'utf8')) as TorchFixture;

/** Gradients whose digest is off by more than `tolerance` of PyTorch's norm. */
export function wrongGradients(gradients: ReadonlyMap<string, ArrayLike<number>>, tolerance: number) {
  return Object.entries(torchFixture.batch.gradients)
    .map(([name, expected]) => ({ name, error: digestError(digest(gradients.get(name)!), expected) }))
    .filter(({ error }) => !(error < tolerance));
}
