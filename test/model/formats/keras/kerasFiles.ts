/** What the tests of Keras files share: the images of predictWithKeras.py, our engine's answer to them, real Keras where it is. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { wasmEngine } from '../../../../src/engine/wasm.js';
import { layerShapes } from '../../../../src/model/layerShapes.js';
import type { LayersConfig, NamedWeights } from '../../../../src/model/modelFile.js';
import { elementCount } from '../../../../src/model/weightSpecs.js';

/** A file of this folder among the sources. */
export function sourcePath(name: string): string {
  return fileURLToPath(new URL(`../../../../../test/model/formats/keras/${name}`, import.meta.url));
}

/** Probabilities of the two images of predictWithKeras.py, on our engine: [2 * classes]. */
export async function predictHere(model: { config: LayersConfig; weights: NamedWeights }): Promise<Float32Array> {
  const input = layerShapes(model.config).get(model.config.config.input_layers[0]![0])!.output;
  const images = Float32Array.from({ length: 2 * elementCount(input) }, (_, i) => ((i * 37) % 251) / 127.5 - 1);
  const options = { batchSize: 2, threads: 1, seed: 0, inferenceOnly: true };
  const compiled = await wasmEngine.compile(model.config, model.weights, options);
  try {
    return await compiled.predict(images, 2);
  } finally {
    await compiled.close();
  }
}

/** The largest difference between probabilities. */
export function distance(ours: Float32Array, theirs: readonly (readonly number[])[]): number {
  const expected = theirs.flat();
  if (expected.length !== ours.length) return Infinity;
  return Math.max(...expected.map((value, i) => Math.abs(value - ours[i]!)));
}

/** What predictWithKeras.py prints for a file. */
export interface KerasPredictions {
  readonly keras: number[][];
  readonly keras2Layout?: number[][];
}

/** The interpreter of the live checks: PYTHON of the environment, or the one on the path. */
const python = process.env['PYTHON'] ?? (process.platform === 'win32' ? 'python' : 'python3');

/** Whether that Python has Keras 3; asking loads nothing. */
export const hasKeras =
  spawnSync(python, ['-c', 'import importlib.metadata as m, h5py; assert m.version("keras") >= "3"']).status === 0;

/** Real Keras' predictions with the files, by path; of the images in a file of float32 numbers, or of those of `predictHere`. */
export function predictWithKeras(paths: readonly string[], images?: string): Record<string, KerasPredictions> {
  const options = images === undefined ? [] : ['--images', images];
  const output = execFileSync(python, [sourcePath('predictWithKeras.py'), ...options, ...paths], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'], // TensorFlow's remarks are for an error's message only
  });
  return JSON.parse(output) as Record<string, KerasPredictions>;
}
