/** What makeConfigsFixture.py prints: networks as real Keras 3 describes them. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { wasmEngine } from '../../../../src/engine/wasm.js';
import { pairWeights } from '../../../../src/model/formats/keras/pairWeights.js';
import type { LayersConfig, NamedWeight } from '../../../../src/model/modelFile.js';

/** A network of [6, 8, 2] and three classes with Keras' probabilities for two images. */
export interface KerasRun {
  readonly config: unknown;
  /** By layer, in the order of `layer.weights`. */
  readonly arrays: Readonly<Record<string, readonly { shape: number[]; data: number[] }[]>>;
  readonly images: readonly number[];
  readonly predictions: readonly number[];
}

export interface Keras3Fixture {
  readonly keras: string;
  readonly runs: Readonly<Record<string, KerasRun>>;
  /** Networks with a layer `odd` that cannot run here. */
  readonly refused: Readonly<Record<string, unknown>>;
  /** A Sequential model that was not built: it does not say its input. */
  readonly deferred: unknown;
  /** A network of the policy mixed_float16. */
  readonly mixed: unknown;
}

/** [height, width, channels] of the tiny networks. */
export const tinyShape = [6, 8, 2] as const;

export const keras3 = readCompressed('keras3.json.gz') as Keras3Fixture;

/** The configs of this toolkit's architectures for 48x48x1 and 7 classes, built in Keras. */
export function keras3Architectures(): Readonly<Record<string, unknown>> {
  return readCompressed('keras3Architectures.json.gz') as Record<string, unknown>;
}

/** The arrays by layer as a reader of files has them. */
export function arraysOf({ arrays }: KerasRun): Map<string, NamedWeight[]> {
  return new Map(
    Object.entries(arrays).map(([layer, own]) => [
      layer,
      own.map(({ shape, data }) => ({ shape, data: Float32Array.from(data) })),
    ]),
  );
}

/** The largest difference between Keras' probabilities and those of `config` with the same arrays; NaN for a NaN. */
export async function distanceFromKeras(config: LayersConfig, run: KerasRun): Promise<number> {
  const weights = pairWeights(config, arraysOf(run), 'the fixture');
  const model = await wasmEngine.compile(config, weights, { batchSize: 2, threads: 1, seed: 0 });
  const predicted = await model.predict(Float32Array.from(run.images), 2);
  await model.close();
  return Math.max(...run.predictions.map((value, i) => Math.abs(value - predicted[i]!)));
}

// Compiled tests run from dist/test.
function readCompressed(name: string): unknown {
  const path = new URL(`../../../../../test/model/formats/keras/${name}`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(path)).toString());
}
