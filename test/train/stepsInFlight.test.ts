/** Steps whose answers the test gives by hand. */
import { expect, test } from '@jest/globals';
import type { StepResult } from '../../src/engine/engine.js';
import { StepsInFlight } from '../../src/train/stepsInFlight.js';

const planned = { count: 8, learningRate: 0.1 };
const result = (loss: number): StepResult => ({ loss, correct: 4 });

/** A step that waits until `answer` or `fail` is called. */
function waitingStep() {
  const hands: { answer?: (loss: number) => void; fail?: (error: Error) => void } = {};
  const promise = new Promise<StepResult>((resolve, reject) => {
    hands.answer = (loss) => resolve(result(loss));
    hands.fail = reject;
  });
  return { promise, answer: (loss: number) => hands.answer!(loss), fail: (error: Error) => hands.fail!(error) };
}

async function lossesOf(steps: AsyncIterable<StepResult>): Promise<number[]> {
  const losses: number[] = [];
  for await (const { loss } of steps) losses.push(loss);
  return losses;
}

test('a step that is answered at once is done at once', async () => {
  const steps = new StepsInFlight();
  await steps.add(Promise.resolve(result(1)), planned);
  for await (const step of steps.answered()) expect(step).toEqual({ loss: 1, correct: 4, count: 8, learningRate: 0.1 });
  expect(steps.count).toBe(0);
});

test('one step may wait, and the one before it may not', async () => {
  const steps = new StepsInFlight();
  const [first, second] = [waitingStep(), waitingStep()];
  await steps.add(first.promise, planned);
  expect(await lossesOf(steps.answered())).toEqual([]);
  expect(steps.count).toBe(1);
  await steps.add(second.promise, planned);
  setImmediate(() => first.answer(1));
  expect(await lossesOf(steps.answered())).toEqual([1]);
  setImmediate(() => second.answer(2));
  expect(await lossesOf(steps.all())).toEqual([2]);
  expect(steps.count).toBe(0);
});

test('a step that fails does so in its turn, and the others can be left', async () => {
  const steps = new StepsInFlight();
  const [first, second] = [waitingStep(), waitingStep()];
  await steps.add(first.promise, planned);
  await steps.add(second.promise, planned);
  second.fail(new Error('second'));
  setImmediate(() => first.fail(new Error('first')));
  await expect(lossesOf(steps.answered())).rejects.toThrow('first');
  await steps.abandon();
  expect(steps.count).toBe(0);
});
