import { describe, expect, test } from '@jest/globals';
import { EarlyStopping } from '../../src/train/earlyStopping.js';

function observeAll(stopping: EarlyStopping, losses: readonly number[]): boolean[] {
  return losses.map((loss, index) => stopping.observe(index + 1, loss).stop);
}

describe('EarlyStopping', () => {
  test('stops after as many epochs without improvement as the patience', () => {
    const stopping = new EarlyStopping({ patience: 2, minimumDelta: 0 });
    expect(observeAll(stopping, [3, 2, 2.5, 1, 1, 1.5])).toEqual([false, false, false, false, false, true]);
    expect(stopping.state.bestEpoch).toBe(4);
    expect(stopping.exhausted).toBe(true);
  });

  test('patience 0 never stops', () => {
    const stopping = new EarlyStopping({ patience: 0, minimumDelta: 0 });
    expect(observeAll(stopping, [1, 2, 3, 4, 5, 6])).not.toContain(true);
    expect(stopping.state.bestEpoch).toBe(1);
  });

  test('an improvement below the minimum delta is the best, but does not restart the patience', () => {
    const stopping = new EarlyStopping({ patience: 2, minimumDelta: 0.1 });
    expect(observeAll(stopping, [1, 0.95, 0.92])).toEqual([false, false, true]);
    expect(stopping.state).toEqual({ best: 0.92, bestEpoch: 3, reference: 1, wait: 2 });
  });

  test('small improvements add up against the loss that restarted the patience', () => {
    const stopping = new EarlyStopping({ patience: 2, minimumDelta: 0.1 });
    expect(observeAll(stopping, [1, 0.95, 0.89])).toEqual([false, false, false]);
    expect(stopping.state.wait).toBe(0);
  });

  test('goes on from a state that went through JSON', () => {
    let state = new EarlyStopping({ patience: 2, minimumDelta: 0 }).state;
    const stops = [3, 2, 2.5, 2.5].map((loss, index) => {
      const copy = JSON.parse(JSON.stringify(state)) as typeof state;
      const stopping = new EarlyStopping({ patience: 2, minimumDelta: 0 }, copy);
      const { stop } = stopping.observe(index + 1, loss);
      state = stopping.state;
      return stop;
    });
    expect(stops).toEqual([false, false, false, true]);
  });
});
