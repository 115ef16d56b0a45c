/** The parts that a gradient is the sum of. */
import type { Needs, Node, Site, Use, Work } from './node.js';

/** What one reader of a value adds to the value's gradient. */
export interface Contribution {
  readonly needs?: Needs | undefined;
  readonly work: Work;
  /** The first stage in which it can be made. */
  readonly stage: number;
  readonly uses: readonly Use[];
  /**
   * 'write': the kernel replaces its output; 'slide': it can add too, but more slowly; 'add': it does both alike;
   * 'alias': it is the tensor of the first use as it stands. Contributions are taken in this order.
   */
  readonly manner: 'write' | 'slide' | 'add' | 'alias';
  readonly recomputable: boolean;
  /** The kernel can only add: its output must hold zeros, or a part of the same gradient. */
  readonly cleared: boolean;
  readonly emit: (site: Site, target: Node, accumulate: boolean) => void;
}
