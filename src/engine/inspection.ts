/** What an engine that generates its own code can tell of it: which code runs, what it takes, where its time goes. */

/** Bytes by what they are for. */
export interface EngineMemory {
  /** All of it. */
  readonly total: number;
  /** Images, labels, targets and outputs of a batch. */
  readonly batch: number;
  /** Weights, moving statistics and the copies that kernels read. */
  readonly weights: number;
  /** Gradients and what the optimizer keeps. */
  readonly optimizer: number;
  /** Gradients and sums of each chunk of images, before they are added. */
  readonly partialSums: number;
  /** Values of the whole batch that wait for a later stage of the training step. */
  readonly tensors: number;
  /** What a thread works on, of all threads together. */
  readonly scratch: number;
}

export interface EngineBuild {
  readonly threads: number;
  /** With 128-bit vectors; false = with none. */
  readonly simd: boolean;
  /** One rounding for a multiplication and an addition. */
  readonly fast: boolean;
  /** With vectors joined to 256 bits; false where `wide` was asked for in vain. */
  readonly wide: boolean;
  /** Bytes of the generated code. */
  readonly codeBytes: number;
  readonly memory: EngineMemory;
}

/** One kind of work of a layer in one direction. */
export interface ProfileEntry {
  /** Name of the layer; empty for work of no layer, such as the optimizer's. */
  readonly layer: string;
  readonly pass: 'forward' | 'backward';
  /** `convolution`, `moments`, `normalization again` (made a second time in a later stage of the step), ... */
  readonly kernel: string;
  /** All calls together. */
  readonly milliseconds: number;
  /** Multiplications and additions per image; 0 where they are not what takes the time. */
  readonly flops: number;
}

export interface Inspection {
  readonly build: EngineBuild;
  /** What the calls since the last time took; empty unless compiled with `profile`. */
  readProfile(): readonly ProfileEntry[];
}
