/**
 * Test files that run alone, behind all others: they hold a limit on time or memory that a second worker beside them may break, or need
 * every processor for themselves.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

/** Compiled file, relative to the checkout, and why it runs alone. */
export const measuringTests = {
  'dist/test/augment/memory.test.js': 'limit on the growth of memory',
  'dist/test/bin/doctor.test.js': 'engines have a limit on the time in which they answer',
  'dist/test/bin/hostileModels.test.js': 'limits on processor time and memory of a whole process',
  'dist/test/bin/oneProcessor.test.js': 'is held to one processor, which another worker may have',
  'dist/test/engine/chooseEngine.test.js': 'an answer in under 20 ms',
  'dist/test/engine/tensorflow/network/network.test.js': 'limit on the growth of memory',
  'dist/test/fuzz/corpus.test.js': 'limits on processor time and memory, a case after the other',
  'dist/test/model/formats/keras/hostileConfigs.test.js': 'a refusal in under a second',
  'dist/test/train/memory.test.js': 'limit on the growth of memory',
  'packages/layers-wasm/dist/test/browser/browser.test.js': 'a browser, which has a thread on every processor',
  'packages/layers-wasm/dist/test/engineLifetime.test.js': 'limit on the growth of memory',
  'packages/layers-wasm/dist/test/engineProfile.test.js': 'the times of layers add up to that of the step',
  'packages/layers-wasm/dist/test/runtime/threadPool.test.js': 'threads that wait for each other, and a limit on time',
};

/** Those of the list that are no files: a renamed test would else run beside others without a word. */
export function missingMeasuringTests() {
  return Object.keys(measuringTests).filter((path) => !existsSync(join(root, path)));
}
