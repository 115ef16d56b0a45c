/** A few seconds of an engine: what a training step and a batch of predictions cost here. */
import type { Engine } from '../engine/engine.js';
import { benchDefaults } from './config.js';
import { lasting, timeSeries, timingOf, type Timing } from './timing.js';
import { prepareWorkload } from './workload.js';

export interface EngineMeasurement {
  /** The network that was measured, on images of 48x48. */
  readonly arch: string;
  readonly batchSize: number;
  readonly trainingStep: Timing;
  /** Of a batch. */
  readonly inference: Timing;
}

/** Training steps fill `milliseconds`, predictions a quarter of it; slow engines take longer. Throws as the engine does. */
export async function measureEngine(engine: Engine, milliseconds = 2000): Promise<EngineMeasurement> {
  const { arch, batchSize } = benchDefaults;
  const workload = await prepareWorkload(engine, benchDefaults);
  try {
    const steps = await timeSeries(() => workload.trainStep(), { enough: lasting(milliseconds), ahead: true });
    const predictions = await timeSeries(() => workload.predict(batchSize), { enough: lasting(milliseconds / 4) });
    const trainingStep = timingOf(steps, batchSize);
    return { arch, batchSize, trainingStep, inference: timingOf(predictions, batchSize) };
  } finally {
    await workload.close();
  }
}
