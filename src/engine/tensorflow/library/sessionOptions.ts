/** How a session computes: message `ConfigProto` of tensorflow/core/protobuf/config.proto. */
import { concatenate, integerField, messageField, textField, type Encoded } from '../graph/protobuf.js';

export interface SessionOptions {
  /** Threads of the processor. */
  readonly threads: number;
  /** Use GPUs where there are any; else leave them alone. */
  readonly gpu: boolean;
}

/** The encoded message. */
export function sessionConfig({ threads, gpu }: SessionOptions): Encoded {
  const noGpu = messageField(1, [textField(1, 'GPU'), integerField(2, 0)]); // device_count
  return concatenate([
    ...(gpu ? [] : [noGpu]),
    integerField(2, threads), // intra_op_parallelism_threads
    integerField(5, threads), // inter_op_parallelism_threads
    messageField(6, [integerField(4, 1)]), // gpu_options.allow_growth
    integerField(7, 1), // allow_soft_placement: what a GPU has no kernel for runs on the processor
    integerField(9, 1), // use_per_session_threads
  ]);
}
