/** Decides what happens in each stage, which tensors are kept for later stages, and which are made again. */
import { noHalo } from './layout.js';
import type { Action, Node, Use } from './node.js';

/** Between two stages all threads wait for each other: sums over the batch are complete only then. */
export interface StagePlan {
  readonly stage: number;
  /** Tensors to make and actions to take, in order. */
  readonly steps: readonly (Node | Action)[];
}

/** A tensor that is kept for the whole batch, from the stage that makes it to the last that reads it. */
export interface StoredTensor {
  readonly node: Node;
  readonly first: number;
  last: number;
}

export interface Schedule {
  readonly stages: readonly StagePlan[];
  readonly stored: readonly StoredTensor[];
}

/** One walk over all stages with the tensors known to be stored so far; finds more of them. */
class Walk {
  readonly stages: StagePlan[] = [];
  readonly lastReads = new Map<Node, number>();
  /** A tensor turned out to be needed later than it is made: the stages before must be walked again. */
  incomplete = false;

  constructor(
    private readonly actions: readonly Action[],
    private readonly stored: Set<Node>,
    lastStage: number,
  ) {
    for (let stage = 0; stage <= lastStage; stage++) this.stages.push(this.walkStage(stage));
  }

  private walkStage(stage: number): StagePlan {
    const made = new Set<Node>();
    const steps: (Node | Action)[] = [];
    const visit = (use: Use): void => {
      const node = use.node.target;
      node.widen(use.halo);
      if (node.external || made.has(node)) return;
      const kept = this.stored.has(node);
      if (node.stage < stage && (kept || !node.recomputable)) {
        if (!kept) this.incomplete = true;
        this.stored.add(node);
        this.lastReads.set(node, stage);
        return;
      }
      made.add(node);
      node.uses.forEach(visit);
      steps.push(node);
    };
    for (const action of this.actions) {
      if (action.stage !== stage) continue;
      action.uses.forEach(visit);
      steps.push(action);
    }
    for (const node of this.stored) {
      if (node.stage === stage) visit({ node, halo: noHalo });
    }
    return { stage, steps };
  }
}

/** Plans `actions` and all that they read; `kept` are tensors that others write beside their own. */
export function makeSchedule(actions: readonly Action[], kept: readonly Node[], lastStage: number): Schedule {
  const stored = new Set<Node>(kept);
  let walk = new Walk(actions, stored, lastStage);
  while (walk.incomplete) walk = new Walk(actions, stored, lastStage);
  for (const node of stored) node.stored = true;
  const tensors = [...stored].map((node) => ({
    node,
    first: node.stage,
    last: walk.lastReads.get(node) ?? node.stage,
  }));
  return { stages: walk.stages, stored: tensors };
}
