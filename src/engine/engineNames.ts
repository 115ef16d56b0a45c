/** The engines by name, fastest hardware last. */

/** `wasm` runs everywhere; `tensorflow` is TensorFlow on the processor, `cuda` on NVIDIA's GPUs; `webgpu` is any GPU. */
export const engineNames = ['wasm', 'tensorflow', 'cuda', 'webgpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** What a user may ask for: an engine, or the fastest that runs on this machine. */
export const engineChoices = ['auto', ...engineNames] as const;
export type EngineChoice = (typeof engineChoices)[number];
