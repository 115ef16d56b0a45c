/** Sliding windows with TensorFlow's padding rules: what convolutions and poolings share. */

export type Padding = 'valid' | 'same';

/** Which input pixels each output pixel sees. */
export interface Window {
  readonly outputHeight: number;
  readonly outputWidth: number;
  /** Calls `visit` for every (output pixel, input pixel, tap) inside the image, windows and taps in row-major order. */
  forEachTap(visit: (outputPixel: number, inputPixel: number, tap: number) => void): void;
}

/** The windows of `kernel` over an image of [height, width]. */
export function slide(
  image: readonly [number, number],
  kernel: readonly [number, number],
  placing: { strides: readonly [number, number]; padding: Padding },
): Window {
  const [height, width] = image;
  const [rows, columns] = kernel;
  const [down, across] = placing.strides;
  const vertical = extent(height, rows, { stride: down, padding: placing.padding });
  const horizontal = extent(width, columns, { stride: across, padding: placing.padding });
  return {
    outputHeight: vertical.output,
    outputWidth: horizontal.output,
    forEachTap(visit) {
      for (let y = 0; y < vertical.output; y++) {
        for (let x = 0; x < horizontal.output; x++) {
          for (let tapRow = 0; tapRow < rows; tapRow++) {
            for (let tapColumn = 0; tapColumn < columns; tapColumn++) {
              const row = y * down - vertical.before + tapRow;
              const column = x * across - horizontal.before + tapColumn;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              visit(y * horizontal.output + x, row * width + column, tapRow * columns + tapColumn);
            }
          }
        }
      }
    },
  };
}

/** Output size along one axis and the padding before it; with 'same' the odd pixel goes behind. */
function extent(size: number, kernel: number, placing: { stride: number; padding: Padding }) {
  const { stride, padding } = placing;
  if (padding === 'valid') return { output: Math.floor((size - kernel) / stride) + 1, before: 0 };
  const output = Math.ceil(size / stride);
  const total = Math.max((output - 1) * stride + kernel - size, 0);
  return { output, before: Math.floor(total / 2) };
}
