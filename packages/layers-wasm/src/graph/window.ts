/** Windows of convolutions and pooling over an image, with TensorFlow's rules for padding. */

export interface Window {
  readonly height: number;
  readonly width: number;
  readonly strideY: number;
  readonly strideX: number;
  /** Rows and columns of padding before the image; after it, as many as the last window needs. */
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** How a window goes over an image, along one axis or, [y, x], along both. */
interface Sliding<Extent> {
  /** Pixels of the window, from 1. */
  readonly size: Extent;
  /** Pixels from one window to the next, from 1. */
  readonly stride: Extent;
  readonly padding: 'same' | 'valid';
}

interface Axis {
  readonly output: number;
  readonly before: number;
  readonly after: number;
}

/** 'same' puts the odd pixel of padding at the end; 'valid' pads nothing. */
function alongAxis(input: number, { size, stride, padding }: Sliding<number>): Axis {
  if (padding === 'valid') return { output: Math.floor((input - size) / stride) + 1, before: 0, after: 0 };
  const output = Math.ceil(input / stride);
  const total = Math.max(0, (output - 1) * stride + size - input);
  return { output, before: Math.floor(total / 2), after: total - Math.floor(total / 2) };
}

/** The window over an image of `height` x `width` and the size of its output, which is below 1 when the window does not fit. */
export function makeWindow(
  image: { height: number; width: number },
  { size: [height, width], stride: [strideY, strideX], padding }: Sliding<readonly [number, number]>,
): { window: Window; height: number; width: number } {
  const y = alongAxis(image.height, { size: height, stride: strideY, padding });
  const x = alongAxis(image.width, { size: width, stride: strideX, padding });
  const window = { height, width, strideY, strideX, top: y.before, left: x.before, bottom: y.after, right: x.after };
  return { window, height: y.output, width: x.output };
}
