/** Places windows and pixels in layouts: forward, and for the input gradients of strided convolutions. */
import type { Convolution, Padding } from '../graph/operation.js';
import type { Window } from '../graph/window.js';
import type { PixelGeometry, WindowGeometry } from '../kernels/convolution.js';
import type { Tap, TapGeometry } from '../kernels/taps.js';
import { Layout, type Halo, type Shape } from './layout.js';

/** Multiplications and additions that a convolution takes per sample, padding left out; each of its gradients takes as many. */
export function flopsOf({ kernel, output }: Convolution): number {
  return 2 * output.shape.height * output.shape.width * kernel.size;
}

/** All pixels of a tensor. */
export function pixelsOf(layout: Layout): PixelGeometry {
  const { height, width, pixel, row, sample } = layout;
  return { origin: layout.at(0, 0), stepY: row, stepX: pixel, sample, height, width, channels: pixel };
}

/** The windows of a convolution over its input. */
export function windowsOver(layout: Layout, window: Window): WindowGeometry {
  return {
    origin: layout.at(-window.top, -window.left),
    stepY: window.strideY * layout.row,
    stepX: window.strideX * layout.pixel,
    sample: layout.sample,
    rows: window.height,
    length: window.width * layout.pixel,
    stride: layout.row,
  };
}

/** The windows of a depthwise convolution over its input. */
export function tapsOver(layout: Layout, window: Window): TapGeometry {
  const { origin, stepY, stepX, sample } = windowsOver(layout, window);
  const taps: Tap[] = [];
  for (let y = 0; y < window.height; y++) {
    for (let x = 0; x < window.width; x++) {
      taps.push({ offset: y * layout.row + x * layout.pixel, weight: y * window.width + x });
    }
  }
  return { origin, stepY, stepX, sample, taps };
}

/** The halo that windows reach into. */
export function haloOf(window: Window): Halo {
  const { top, left, bottom, right } = window;
  return { top, left, bottom, right };
}

/**
 * Input pixels of one remainder modulo the stride along one axis: which weights reach them, and from which output pixels.
 * Input pixel `phase + stride * j` has the gradient `sum_i weight[taps[i]] * gradient[first + j + i]`.
 */
interface Phase {
  readonly phase: number;
  /** Input pixels of this phase. */
  readonly count: number;
  /** Weight indices, largest first, so that output pixels ascend. */
  readonly taps: readonly number[];
  readonly first: number;
}

function phasesAlong(inputs: number, axis: { size: number; stride: number; before: number }): Phase[] {
  const phases: Phase[] = [];
  for (let phase = 0; phase < Math.min(axis.stride, inputs); phase++) {
    const taps: number[] = [];
    for (let tap = axis.size - 1; tap >= 0; tap--) {
      if ((phase + axis.before - tap) % axis.stride === 0) taps.push(tap);
    }
    const first = taps.length > 0 ? (phase + axis.before - taps[0]!) / axis.stride : 0;
    phases.push({ phase, count: Math.ceil((inputs - phase) / axis.stride), taps, first });
  }
  return phases;
}

/** A part of an input gradient: a stride-1 convolution of the output gradient with some of the weights. */
export interface GradientPhase {
  readonly y: Phase;
  readonly x: Phase;
}

export function gradientPhases(input: Shape, window: Window): GradientPhase[] {
  const ys = phasesAlong(input.height, { size: window.height, stride: window.strideY, before: window.top });
  const xs = phasesAlong(input.width, { size: window.width, stride: window.strideX, before: window.left });
  return ys.flatMap((y) => xs.map((x) => ({ y, x })));
}

/** Indices of the kernel's weights that a phase uses, in the order of its windows. */
export function tapsOf({ y, x }: GradientPhase, window: Window): number[] {
  return y.taps.flatMap((row) => x.taps.map((column) => row * window.width + column));
}

/** How far outside the output gradient the phases read. */
export function gradientHalo(phases: readonly GradientPhase[], output: Shape): Halo {
  const beyond = (axis: 'y' | 'x', size: number): [number, number] => {
    const used = phases.map((phase) => phase[axis]).filter(({ taps }) => taps.length > 0);
    const before = Math.max(0, ...used.map(({ first }) => -first));
    const after = Math.max(0, ...used.map(({ first, count, taps }) => first + count - 1 + taps.length - size));
    return [before, after];
  };
  const [top, bottom] = beyond('y', output.height);
  const [left, right] = beyond('x', output.width);
  return { top, left, bottom, right };
}

/** The windows of a phase over the output gradient. */
export function phaseWindows(layout: Layout, { y, x }: GradientPhase): WindowGeometry {
  const empty = y.taps.length * x.taps.length === 0;
  return {
    origin: empty ? 0 : layout.at(y.first, x.first),
    stepY: layout.row,
    stepX: layout.pixel,
    sample: layout.sample,
    rows: empty ? 0 : y.taps.length,
    length: empty ? 0 : x.taps.length * layout.pixel,
    stride: layout.row,
  };
}

/** The same for a depthwise convolution. */
export function phaseTaps(layout: Layout, phase: GradientPhase, window: Window): TapGeometry {
  const { origin, stepY, stepX, sample } = phaseWindows(layout, phase);
  const { y, x } = phase;
  const taps = y.taps.flatMap((row, i) =>
    x.taps.map((column, j) => ({ offset: i * layout.row + j * layout.pixel, weight: row * window.width + column })),
  );
  return { origin, stepY, stepX, sample, taps };
}

/** The input pixels of a phase. */
export function phasePixels(layout: Layout, { y, x }: GradientPhase, window: Window): PixelGeometry {
  return {
    origin: layout.at(y.phase, x.phase),
    stepY: window.strideY * layout.row,
    stepX: window.strideX * layout.pixel,
    sample: layout.sample,
    height: y.count,
    width: x.count,
    channels: layout.pixel,
  };
}

/** The pixels inside a padded tensor: the padding seen as halo. */
export function innerView(padded: Layout, amounts: Padding): Layout {
  const { top, left, bottom, right } = padded.halo;
  const shape: Shape = amounts.input.shape;
  const halo = {
    top: top + amounts.top,
    left: left + amounts.left,
    bottom: bottom + amounts.bottom,
    right: right + amounts.right,
  };
  return new Layout(shape, halo);
}
