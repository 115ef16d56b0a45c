/** Calls whose order and number can be counted; how long they took is for the clock to say. */
import { describe, expect, test } from '@jest/globals';
import { lasting, repeated, timeSeries, timingOf } from '../../src/bench/timing.js';

/** A call that is answered at the next turn of the event loop; `log` tells in which order things were. */
function loggedCall() {
  const log: string[] = [];
  let calls = 0;
  const call = async (): Promise<void> => {
    const number = ++calls;
    log.push(`call ${number}`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`answer ${number}`);
  };
  return { log, call };
}

const times =
  (count: number) =>
  (measured: readonly number[]): boolean =>
    measured.length >= count;

describe('timeSeries', () => {
  test('makes one call at a time', async () => {
    const { log, call } = loggedCall();
    expect(await timeSeries(call, { enough: times(2) })).toHaveLength(2);
    expect(log).toEqual(['call 1', 'answer 1', 'call 2', 'answer 2']);
  });

  test('makes a call ahead, and waits for the last', async () => {
    const { log, call } = loggedCall();
    expect(await timeSeries(call, { enough: times(2), ahead: true })).toHaveLength(2);
    expect(log).toEqual(['call 1', 'call 2', 'answer 1', 'call 3', 'answer 2', 'answer 3']);
  });

  test('fails as the first call does that fails, even the one ahead', async () => {
    let calls = 0;
    const call = (): Promise<void> => (++calls === 3 ? Promise.reject(new Error('third')) : Promise.resolve());
    await expect(timeSeries(call, { enough: times(2), ahead: true })).rejects.toThrow('third');
    calls = 0;
    await expect(timeSeries(call, { enough: times(3) })).rejects.toThrow('third');
  });
});

test('the first three calls are not counted where there are others', () => {
  expect(timingOf([900, 800, 700, 10, 20, 30], 4)).toEqual({
    milliseconds: { lower: 15, median: 20, upper: 25 },
    imagesPerSecond: 200,
  });
  expect(timingOf([900, 50], 1).milliseconds.median).toBe(50);
  expect(timingOf([900], 1).milliseconds.median).toBe(900);
});

test.each([
  ['5 repetitions behind the warm-up', repeated(5), 1, 8],
  ['2 s behind the warm-up of short calls', lasting(2000), 100, 23],
  ['2 s of longer ones', lasting(2000), 1500, 5],
  ['two of very long ones', lasting(2000), 5000, 2],
])('%s', (_what, enough, milliseconds, expected) => {
  const calls: number[] = [];
  while (!enough(calls)) calls.push(milliseconds);
  expect(calls).toHaveLength(expected);
});
