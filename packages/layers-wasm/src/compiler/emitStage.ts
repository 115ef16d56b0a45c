/** The function of one stage: takes a chunk of the batch through the stage's steps, a group of samples at a time. */
import { i32, type I32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { clearHaloKernel, clearKernel, haloExtents } from '../kernels/halo.js';
import type { MemoryPlan } from './memoryPlan.js';
import { Node, type Action, type Site, type Work } from './node.js';
import { place, type Tenant } from './placement.js';
import type { ProfileMarks } from './profile.js';
import type { StagePlan } from './schedule.js';

/** Bytes of scratch memory that a group of samples should stay below, so that most of it stays in the nearest caches. */
const mostGroupBytes = 64 * 1024;

export interface StageFunction {
  /** Arguments: chunk, address of the thread's scratch memory. */
  readonly builder: FunctionBuilder;
  /** Scratch memory that a thread needs. */
  readonly scratchBytes: number;
}

/** A tensor that lives in scratch memory from the step that makes it to the last that reads it. */
interface LocalTensor {
  readonly node: Node;
  readonly bytes: number;
  readonly first: number;
  last: number;
}

function localTensors(steps: readonly (Node | Action)[]): LocalTensor[] {
  const locals = new Map<Node, LocalTensor>();
  steps.forEach((step, i) => {
    for (const { node } of step.uses) {
      const local = locals.get(node.target);
      if (local) local.last = i;
    }
    if (step instanceof Node && !isInPlace(step)) {
      locals.set(step, { node: step, bytes: step.layout.sample * 4, first: i, last: i });
    }
  });
  return [...locals.values()];
}

const isInPlace = (node: Node): boolean => node.stored || node.external;

/** What a stage is emitted into. */
export interface Emission {
  readonly module: ModuleBuilder;
  /** Where its tensors and sums lie. */
  readonly plan: MemoryPlan;
  /** Tell a profile where the work of a step ends. */
  readonly marks: ProfileMarks;
}

export interface StageOptions {
  /** Of the function. */
  readonly name: string;
  /** It begins a training step: the chunk's sums are cleared first. */
  readonly clearsSums: boolean;
  /** It comes behind the forward pass: what is made again there is work of the backward pass. */
  readonly isBackward: boolean;
}

/** Emits the stage. */
export function emitStage({ module, plan, marks }: Emission, stage: StagePlan, options: StageOptions): StageFunction {
  const locals = localTensors(stage.steps);
  const alone = place(locals).bytes;
  const wanted = Math.max(...stage.steps.map(({ needs }) => needs?.samplesAtOnce ?? 1));
  let group = plan.chunkSize;
  while (group > 1 && Math.ceil(group / 2) >= wanted && alone * group > mostGroupBytes) group = Math.ceil(group / 2);
  const tensors = locals.map((local) => ({ ...local, bytes: local.bytes * group }));
  const workspaces = stage.steps.map((step, i) => ({ step, bytes: step.needs?.workspace ?? 0, first: i, last: i }));
  const placed = place<Tenant>([...tensors, ...workspaces]);
  const offsets = new Map(tensors.map((tensor) => [tensor.node, placed.offsets.get(tensor)!]));
  const workspaceOffsets = new Map(workspaces.map((workspace) => [workspace.step, placed.offsets.get(workspace)!]));
  let current: Node | Action | undefined;

  const f = module.function(options.name, ['i32', 'i32']);
  const chunk = f.argument(0);
  const scratch = f.argument(1);
  const chunkSums = f.let(i32.add(i32.constant(plan.chunkAddress), i32.multiply(chunk, i32.constant(plan.chunkBytes))));
  if (options.clearsSums) f.clear(chunkSums, i32.constant(plan.chunkBytes));
  const sample = f.let(i32.multiply(chunk, i32.constant(plan.chunkSize)));
  const batch = f.let(i32.load(i32.constant(plan.control.count)));
  const left = f.let(i32.minimum(i32.subtract(batch, sample), i32.constant(plan.chunkSize)));
  const count = f.local('i32');
  const site: Site = {
    module,
    count,
    firstSample: sample,
    address: (use): I32 => {
      const node = use.target;
      const offset = offsets.get(node);
      if (offset !== undefined) return i32.add(scratch, i32.constant(offset));
      return i32.add(i32.constant(node.address), i32.multiply(sample, i32.constant(node.layout.sample * 4)));
    },
    gradient: (parameter) => i32.add(chunkSums, i32.constant(parameter.offset)),
    sums: (offset) => i32.add(chunkSums, i32.constant(plan.chunkGradientBytes + offset)),
    get workspace(): I32 {
      return i32.add(scratch, i32.constant(workspaceOffsets.get(current!)!));
    },
    call: (kernel, ...values) => f.call(kernel, ...values),
    mark: (work) => marks.mark(f, work),
  };
  f.while(left, () => {
    f.set(count, i32.minimum(left, i32.constant(group)));
    for (const step of stage.steps) {
      current = step;
      if (step instanceof Node) {
        if (step.cleared) f.call(clearKernel(module, step.layout), site.address(step), count);
        else if (step.layout.hasHalo) {
          f.call(clearHaloKernel(module), site.address(step), count, ...haloExtents(step.layout));
        }
        step.emit(site, step);
      } else step.emit(site);
      site.mark(step instanceof Node && step.stage < stage.stage ? madeAgain(step.work, options) : step.work);
    }
    f.set(left, i32.subtract(left, count));
    f.set(sample, i32.add(sample, count));
  });
  return { builder: f, scratchBytes: placed.bytes };
}

/** The work of a tensor that an earlier stage has made before, and did not keep. */
function madeAgain(work: Work, { isBackward }: StageOptions): Work {
  return { ...work, pass: isBackward ? 'backward' : work.pass, kernel: `${work.kernel} again` };
}
