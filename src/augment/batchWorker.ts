/** The thread that prepares batches ahead of the training step: claims the next batch, fills its slot, publishes it. */
import { workerData } from 'node:worker_threads';
import { BatchControl } from './batchControl.js';
import { scratchOffset, viewSlot, type BatchWorkerData } from './batchMemory.js';
import { epochOrder } from './epochOrder.js';
import { createResampler } from './imageResampler.js';
import { prepareBatch, type BatchSource } from './prepareBatch.js';

const data = workerData as BatchWorkerData;
const { batchSize, count, seed, shuffle } = data;
const batchesPerEpoch = Math.ceil(count / batchSize);
const control = new BatchControl(data, data.control);
const { slotMemory: memory, slotShape } = data;
const slots = Array.from({ length: data.slots }, (_, slot) => viewSlot(memory, slotShape, slot));
const source: BatchSource = {
  ...data,
  resample: createResampler(data, { memory, at: scratchOffset(slotShape, data) }),
  lossWeights: data.lossWeights && new Float32Array(data.lossWeights),
};

let orderEpoch = -1;
let order: Uint32Array = new Uint32Array(0);

for (;;) {
  const run = control.waitForRun(data.worker);
  for (;;) {
    const number = control.claim();
    if (!control.waitForSlot(number, run)) break;
    // The run goes on into the next epoch, so that its first batches are ready when validation ends.
    const batch = (run.batch + number) % batchesPerEpoch;
    const epoch = run.epoch + Math.floor((run.batch + number) / batchesPerEpoch);
    if (epoch !== orderEpoch) {
      order = epochOrder(count, { seed, epoch, shuffle });
      orderEpoch = epoch;
    }
    const samples = order.subarray(batch * batchSize, (batch + 1) * batchSize);
    prepareBatch(source, samples, { epoch, batch, slot: slots[number % data.slots]! });
    control.publish(number);
  }
}
