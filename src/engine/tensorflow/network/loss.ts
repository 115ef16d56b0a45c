/** The loss of a batch, its gradient, and the count of correct answers. */
import { type } from '../graph/attributes.js';
import { outputOf, type GraphWriter, type Output } from '../graph/graphWriter.js';

/** What a training step is told of its batch's answers. */
export interface TargetFeeds {
  /** Class of each image, int64 [batch]. */
  readonly labels: Output;
  /** Target probabilities with a sum of 1, [batch, classes]. */
  readonly targets: Output;
  /** Factor of each image's loss, [batch]: its weight times the sum of its targets before they were scaled, by the batch's count. */
  readonly shares: Output;
}

export interface Loss {
  /** The sum over the images. */
  readonly value: Output;
  readonly correct: Output;
  /** Of the logits, in their shape. */
  readonly gradient: Output;
}

export function addTargetFeeds(graph: GraphWriter, classes: number): TargetFeeds {
  return {
    labels: graph.placeholder('int64', [-1]),
    targets: graph.placeholder('float32', [-1, classes]),
    shares: graph.placeholder('float32', [-1]),
  };
}

/** Softmax cross-entropy of `logits` [batch, 1, 1, classes]: `sum_i share_i * sum_c t_ic * (log(sum_k exp(z_ik)) - z_ic)`. */
export function writeLoss(
  graph: GraphWriter,
  logits: Output,
  { classes, feeds }: { classes: number; feeds: TargetFeeds },
): Loss {
  const rows = graph.reshape(logits, [-1, classes]);
  const entropy = graph.compute('SoftmaxCrossEntropyWithLogits', [rows, feeds.targets]);
  const shares = graph.reshape(feeds.shares, [-1, 1]);
  const gradient = graph.compute('Mul', [outputOf(entropy, 1), shares]);
  const first = graph.integers([0]);
  const answers = graph.compute('ArgMax', [rows, graph.constant({ type: 'int32', shape: [], values: [1] })]);
  const hits = graph.add('Equal', [answers, feeds.labels], { T: type('int64') });
  // Of a network that has diverged they are NaN: ArgMax names a class all the same.
  const areNumbers = graph.compute('Equal', [entropy, entropy]);
  const correct = graph.add('LogicalAnd', [hits, areNumbers]);
  const numbers = graph.add('Cast', [correct], { SrcT: type('bool'), DstT: type('float32') });
  return {
    value: graph.compute('Sum', [graph.compute('Mul', [entropy, feeds.shares]), first]),
    correct: graph.compute('Sum', [numbers, first]),
    gradient: graph.reshape(gradient, [-1, 1, 1, classes]),
  };
}
