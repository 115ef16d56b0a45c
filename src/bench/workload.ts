/** A network with seeded weights and images, ready to be measured: what it computes means nothing, what it costs does. */
import { availableParallelism } from 'node:os';
import type { Engine } from '../engine/engine.js';
import type { Inspection } from '../engine/inspection.js';
import { buildArchitecture } from '../model/architectures.js';
import { countParameters } from '../model/describeLayers.js';
import { initialiseWeights } from '../model/initialiseWeights.js';
import { Random } from '../random.js';
import { standardScaling } from '../scaling.js';
import type { BenchConfig } from './config.js';

/** Batches that training steps take in turn, more than the processor's caches hold of most. */
const batches = 8;
const inputShape = [48, 48, 1] as const; // FER-2013's
const imageSize = 48 * 48;
const classes = 7;

/** How to compile; the engine and `steps` are the measurer's affair. */
export type WorkloadConfig = Omit<BenchConfig, 'engine' | 'steps'>;

/** Calls as of a CompiledModel: a training step may be called before the last one is answered. */
export interface Workload {
  readonly parameters: number;
  /** Absent from engines that cannot look inside themselves. */
  readonly inspection?: Inspection;
  /** One step of Adam on the next batch. */
  trainStep(): Promise<void>;
  /** Probabilities of the first `count` images, at most a batch. */
  predict(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Compiles the network and draws its weights and images, the same ones every time; bytes where the engine takes them. Throws what the engine throws. */
export async function prepareWorkload(engine: Engine, config: WorkloadConfig): Promise<Workload> {
  const { arch, batchSize, fast, wide, profile } = config;
  const threads = config.threads > 0 ? config.threads : profile ? 1 : availableParallelism();
  const random = new Random(1);
  const network = buildArchitecture(arch, { inputShape, classes });
  const weights = initialiseWeights(network, random.fork('weights'));
  const scaling = engine.takesBytes && { scaling: standardScaling }; // as in training
  const options = { batchSize, threads, seed: 1, fast, wide, profile, ...scaling };
  const model = await engine.compile(network, weights, options);
  const length = batches * batchSize * imageSize;
  const images = engine.takesBytes
    ? Uint8Array.from({ length }, () => random.integer(256))
    : Float32Array.from({ length }, () => random.uniform(-1, 1));
  const labels = Uint8Array.from({ length: batches * batchSize }, () => random.integer(classes));
  let turn = 0;
  return {
    parameters: countParameters(network),
    ...(model.inspection && { inspection: model.inspection }),
    async trainStep() {
      const first = (turn++ % batches) * batchSize;
      await model.trainStep({
        images: images.subarray(first * imageSize, (first + batchSize) * imageSize),
        labels: labels.subarray(first, first + batchSize),
        count: batchSize,
        learningRate: 1e-4,
      });
    },
    async predict(count) {
      await model.predict(images, count);
    },
    close: () => model.close(),
  };
}
