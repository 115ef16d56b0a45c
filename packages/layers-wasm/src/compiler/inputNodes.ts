/** The batch as tensors: as it comes, and as the operations want it. */
import type { Convolution, Graph } from '../graph/operation.js';
import { flattenKernel } from '../kernels/rearrangement.js';
import type { MemoryPlan } from './memoryPlan.js';
import { Node, plain, type Work } from './node.js';
import { otherWork } from './profile.js';

/** The batch as it came, and the same with halo and padding as its readers want it. */
function inputNodes(graph: Graph, plan: MemoryPlan): { raw: Node; input: Node } {
  const { shape } = graph.input;
  const work: Work = { ...otherWork('input'), pass: 'forward' };
  const base = { work, shape, stage: 0, recomputable: true };
  const raw = new Node({ ...base, uses: [], packed: true, external: true });
  raw.address = plan.input;
  const input = new Node({
    ...base,
    uses: [plain(raw)],
    packed: graph.packedInput,
    cleared: true,
    emit: (site, node) => {
      const kernel = flattenKernel(site.module, { image: node.layout, flat: raw.layout }, { inverse: true });
      site.call(kernel, site.address(raw), site.address(node), site.count);
    },
  });
  return { raw, input };
}

/** The input of the graph: the batch itself where no reader wants more than its pixels. */
export function inputNode(graph: Graph, plan: MemoryPlan): Node {
  const { raw, input } = inputNodes(graph, plan);
  const reachesOutside = graph.operations.some(
    (operation) => operation.kind === 'convolution' && operation.input === graph.input && hasPadding(operation),
  );
  return graph.packedInput && !reachesOutside ? raw : input;
}

function hasPadding({ window }: Convolution): boolean {
  return window.top + window.left + window.bottom + window.right > 0;
}
