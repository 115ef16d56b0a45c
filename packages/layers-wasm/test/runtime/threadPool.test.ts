/** Threads that die in every way they can: nobody waits for them. */
import { describe, expect, test } from '@jest/globals';
import { compileModule } from '../../src/compiler/compileModule.js';
import { lower } from '../../src/graph/lower.js';
import type { Host, Thread } from '../../src/runtime/host.js';
import { nodeHost } from '../../src/runtime/nodeHost.js';
import { ThreadPool } from '../../src/runtime/threadPool.js';
import type { WorkerTask } from '../../src/runtime/workerTask.js';
import { resolveTraining } from '../../src/training/options.js';
import { separable } from '../networks/convolutions.js';
import type { FailingTask, Manner } from './failingWorker.js';

const chunks = 3;

/** A pool of 3 threads with a batch of `chunks` chunks to predict. */
async function startPool(host: Host): Promise<ThreadPool> {
  const graph = lower(separable().config, { training: false });
  const code = { simd: true, profile: false, fused: false, wide: false };
  const update = resolveTraining({ batchSize: 24 });
  const compiled = compileModule(graph, { batchSize: 24, threads: 3, training: false, update, code });
  const pool = await ThreadPool.start(compiled, host);
  const words = pool.views.words;
  words[compiled.plan.control.count / 4] = 24;
  words[compiled.plan.control.chunks / 4] = chunks;
  return pool;
}

/** Often enough that each thread gets a chunk of some run; no turn of the event loop in between, so that no event can tell of an end. */
function runRepeatedly(pool: ThreadPool): void {
  for (let run = 0; run < 1000; run++) pool.run('predict', chunks);
}

/** A host that shows the threads it has started. */
function observed(host: Host): { host: Host; threads: Thread[] } {
  const threads: Thread[] = [];
  const startThread: Host['startThread'] = async (task) => {
    const thread = await host.startThread(task);
    threads.push(thread);
    return thread;
  };
  return { host: { ...host, startThread }, threads };
}

/** A host whose threads fail. */
function failing(manner: Manner): Host {
  const host = nodeHost(new URL('./failingWorker.js', import.meta.url));
  return { ...host, startThread: (task) => host.startThread({ ...task, manner } satisfies FailingTask as WorkerTask) };
}

test('a pool whose threads live runs as often as one likes', async () => {
  const pool = await startPool(nodeHost());
  runRepeatedly(pool);
  pool.demandUsable();
  await pool.close();
});

describe('a thread that dies in the middle of a step', () => {
  test.each(['exit', 'trap', 'deaf'] as const)('%s', async (manner) => {
    const pool = await startPool(failing(manner));
    const start = performance.now();
    expect(() => runRepeatedly(pool)).toThrow(expect.objectContaining({ code: 'THREAD_FAILED' }));
    expect(performance.now() - start).toBeLessThan(5000); // a hundred milliseconds on a quiet machine
    expect(() => pool.run('predict', chunks)).toThrow(expect.objectContaining({ code: 'THREAD_FAILED' }));
    expect(() => pool.views).toThrow(expect.objectContaining({ code: 'THREAD_FAILED' }));
    expect(() => pool.demandUsable()).toThrow(expect.objectContaining({ code: 'THREAD_FAILED' }));
    await pool.close();
    expect(() => pool.demandUsable()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(() => pool.run('predict', chunks)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});

test('a thread that is stopped from outside while the caller waits', async () => {
  const { host, threads } = observed(nodeHost());
  const pool = await startPool(host);
  expect(threads.map((thread) => thread.isAlive())).toEqual([true, true]);
  threads[1]!.stop();
  expect(() => runRepeatedly(pool)).toThrow(expect.objectContaining({ code: 'THREAD_FAILED' }));
  expect(threads.map((thread) => thread.isAlive())).toEqual([true, false]);
  await pool.close();
});

test('a thread that ends between two steps', async () => {
  const { host, threads } = observed(nodeHost());
  const pool = await startPool(host);
  pool.run('predict', chunks);
  threads[0]!.stop();
  await threads[0]!.ended;
  expect(() => pool.run('predict', chunks)).toThrow(expect.objectContaining({ code: 'THREAD_FAILED' }));
  await pool.close();
});

test('a thread that ends before it is ready', async () => {
  await expect(startPool(failing('early'))).rejects.toMatchObject({
    code: 'THREAD_FAILED',
    message: expect.stringMatching(/^A worker thread could not start \(.*code 4.*\); try fewer threads\.$/),
    cause: expect.objectContaining({ message: expect.stringContaining('code 4') }),
  });
});
