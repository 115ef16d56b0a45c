/** The order in which an epoch visits the training images. */
import { Random } from '../random.js';

export interface EpochOrderOptions {
  readonly seed: number;
  /** Any non-negative integer; each epoch has its own order. */
  readonly epoch: number;
  /** False keeps file order. */
  readonly shuffle: boolean;
}

/** Sample indices [count], each once: a Fisher-Yates shuffle that depends on (seed, epoch) only. */
export function epochOrder(count: number, { seed, epoch, shuffle }: EpochOrderOptions): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, sample) => sample);
  return shuffle ? new Random(seed).fork(`shuffle/${epoch}`).shuffle(order) : order;
}
