/** How long calls take that are made again and again. */
import { quartiles, type Quartiles } from './quartiles.js';

/** One kind of call. */
export interface Timing {
  readonly milliseconds: Quartiles;
  /** At the median. */
  readonly imagesPerSecond: number;
}

/** Repetitions that are not measured: V8 runs new code slowly until it has compiled it a second time. */
export const warmUp = 3;

export interface SeriesOptions {
  /** Whether these times, in milliseconds and with those of the warm-up, are enough. */
  readonly enough: (times: readonly number[]) => boolean;
  /** Make each call before the one before it is answered, as training does with its steps. */
  readonly ahead?: boolean;
}

/** Milliseconds from answer to answer of `call`. A call that was made ahead is waited for, and not counted. */
export async function timeSeries(
  call: () => Promise<void>,
  { enough, ahead = false }: SeriesOptions,
): Promise<number[]> {
  const times: number[] = [];
  let next = ahead ? call() : undefined;
  for (let last = performance.now(); !enough(times); last = performance.now()) {
    const current = next ?? call();
    if (ahead) next = call();
    next?.catch(() => undefined); // told when its turn comes
    await current;
    times.push(performance.now() - last);
  }
  await next;
  return times;
}

/** Of `times` behind the warm-up, or of the last one where there are no more; `images` in each call. */
export function timingOf(times: readonly number[], images: number): Timing {
  const milliseconds = quartiles(times.slice(Math.min(warmUp, times.length - 1)));
  return { milliseconds, imagesPerSecond: (1000 * images) / milliseconds.median };
}

/** Enough is a number of `repetitions` behind the warm-up. */
export function repeated(repetitions: number): SeriesOptions['enough'] {
  return (times) => times.length >= warmUp + repetitions;
}

/**
 * Enough is so many `milliseconds` behind the warm-up. A call that takes longer than that is made twice: the first prepares what is kept.
 */
export function lasting(milliseconds: number): SeriesOptions['enough'] {
  const sum = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0);
  return (times) =>
    sum(times.slice(warmUp)) >= milliseconds || (times.length > 1 && sum(times) >= (warmUp + 1) * milliseconds);
}
