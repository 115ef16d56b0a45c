/** Nothing grows from epoch to epoch, and nothing is left when a run has ended. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { train } from '../../src/train/trainer.js';
import { makeFaces, smallConfig } from './smallRun.js';

let folder: string;
let data: string;
beforeAll(async () => {
  ({ folder, data } = await makeFaces());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const count = (name: string): number => process.getActiveResourcesInfo().filter((resource) => resource === name).length;

test('memory and handles stay level over epochs, and threads end with the run', async () => {
  const megabytes: number[] = [];
  const ports: number[] = [];
  const portsBefore = count('MessagePort');
  await train(smallConfig(data, { epochs: 16, patience: 0 }), {
    runFolder: join(folder, 'run'),
    listener: (event) => {
      if (event.type !== 'epoch') return;
      megabytes.push(process.memoryUsage().rss / 2 ** 20);
      ports.push(count('MessagePort'));
    },
  });
  expect(megabytes[15]! - megabytes[7]!).toBeLessThan(24);
  expect(new Set(ports.slice(1)).size).toBe(1);
  expect(count('MessagePort')).toBe(portsBefore);
}, 30_000);
