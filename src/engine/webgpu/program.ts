/** A program of ours for the GPU, in WGSL, as TensorFlow.js' runner takes it. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

export interface Program {
  /** Tells programs apart: all that their code depends on stands in it. */
  readonly key: string;
  /** Names of the arrays that it reads. */
  readonly inputs: readonly string[];
  /** Names of whole numbers that it is told when it is recorded. */
  readonly uniforms: readonly string[];
  /**
   * What the thread `index` does. It reads its inputs and `uniforms`, and writes `result`, which it may read as well; all are flat arrays.
   */
  readonly body: string;
  /** Declarations before it. */
  readonly declarations?: string;
  /** All threads of a group have to run to the end: it has barriers. */
  readonly together?: boolean;
}

/** Threads of a group. */
export const groupSize = 64;

type RunnerProgram = Parameters<WebGPUBackend['runWebGPUProgram']>[0];

/** `program` for `threads` threads. */
export function asRunnerProgram(program: Program, threads: number): RunnerProgram {
  const { key, inputs, uniforms, body, declarations = '', together = false } = program;
  const guard = together ? '' : 'if (index >= uniforms.size) { return; }';
  return {
    shaderKey: `fer ${key}`,
    variableNames: [...inputs],
    uniforms: uniforms.map((name) => `${name} : i32, `).join(''),
    outputShape: [threads],
    size: true,
    workgroupSize: [groupSize, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(threads / groupSize), 1, 1],
    getUserCode: () => `${declarations}\nfn main(index : i32) { ${guard}\n${body}\n}`,
  };
}
