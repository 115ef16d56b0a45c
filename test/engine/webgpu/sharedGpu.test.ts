/** A GPU is open as long as models are on it, and a while longer. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { loadDawn } from '../../../src/engine/webgpu/packages.js';
import { enterGpu } from '../../../src/engine/webgpu/sharedGpu.js';
import { describeOnGpu, presentAdapter } from './presentGpu.js';

describeOnGpu('an open GPU', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());

  test('is shared, let go ten seconds after its last model, and opened anew for the next', async () => {
    const [dawn, adapter] = [await loadDawn(), await presentAdapter()];
    const first = await enterGpu(dawn, adapter);
    expect(await enterGpu(dawn, adapter)).toBe(first);
    first.leave();
    jest.advanceTimersByTime(60_000);
    expect(first.failure).toBeUndefined();
    first.leave();
    jest.advanceTimersByTime(9_000);
    expect(await enterGpu(dawn, adapter)).toBe(first);
    jest.advanceTimersByTime(60_000);
    expect(first.failure).toBeUndefined();
    first.leave();
    jest.advanceTimersByTime(10_000);
    expect(first.failure).toContain('let go');
    const second = await enterGpu(dawn, adapter);
    expect(second).not.toBe(first);
    expect(second.failure).toBeUndefined();
    second.leave();
  });
});
