/** The weights of a depthwise window, and where their inputs lie. */

/** One weight of the window: where its input lies, in floats from the window's origin, and which weight it is. */
export interface Tap {
  readonly offset: number;
  readonly weight: number;
}

/** Steps between windows, in floats. Taps' offsets are not negative. */
export interface TapGeometry {
  readonly origin: number;
  readonly stepY: number;
  readonly stepX: number;
  readonly sample: number;
  readonly taps: readonly Tap[];
}

/** Taps of nine weights in three rows of three neighbouring pixels, one pixel a step: the case that slides in registers. */
export function isSliding(input: TapGeometry, pixel: number): boolean {
  const first = input.taps[0]?.offset ?? 0;
  const rowStep = (input.taps[3]?.offset ?? 0) - first;
  return (
    input.taps.length === 9 &&
    input.stepX === pixel &&
    input.taps.every((tap, i) => tap.offset === first + Math.floor(i / 3) * rowStep + (i % 3) * pixel)
  );
}
