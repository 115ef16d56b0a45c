/** The gradient of a 1x1 window's weights, from copies of input and gradient in the order in which they are multiplied. */
import { f32x4, i32 } from '../assembler/expression.js';
import type { FunctionBuilder, Local } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { isOneRun, type PixelGeometry, type WindowGeometry } from './convolution.js';
import { emitGradientTile } from './convolutionGradient.js';
import { panelsOf, type PanelRun } from './panels.js';
import { emitTerms } from './termLoop.js';

/** Rows of weights in a tile: input channels of which a pixel's lie side by side. */
const rows = 4;

/** Floats that a copy moves at a time: a cache line. */
const lineFloats = 16;

/** Bytes of copies that a block of pixels should stay below, so that they stay in the second-level cache. */
const blockBytes = 256 * 1024;

/** Channels in and out, multiples of four, and the pixels of a sample. */
export interface PanelGradientShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly pixels: number;
}

/** Pixels in a block: samples in equal parts, or several whole ones. */
function blockPixels({ inputs, outputs, pixels }: PanelGradientShape): number {
  const most = Math.max(1, Math.floor(blockBytes / (4 * (inputs + outputs))));
  return pixels > most ? Math.ceil(pixels / Math.ceil(pixels / most)) : Math.floor(most / pixels) * pixels;
}

/** Pixels that a panel has room for: odd, or the panels that a pixel is copied to would share few of the first-level cache's sets. */
const roomOf = (shape: PanelGradientShape): number => blockPixels(shape) | 1;

/** Bytes of memory for the copies. */
export const panelGradientWorkspace = (shape: PanelGradientShape): number =>
  roomOf(shape) * (shape.inputs + shape.outputs) * 4;

/** True where the kernel can do without the places of rows: in both tensors, pixels follow each other without a gap. */
export function isGapless(input: WindowGeometry, gradient: PixelGeometry): boolean {
  return isOneRun(input, gradient) && input.stepX === input.length && gradient.stepX === gradient.channels;
}

/**
 * `weights[k, n] += sum_p input[p, k] * gradient[p, n]`, weights row-major. Bits are those of convolutionGradientKernel: sums have the same
 * order. Its tiles read a few floats of every pixel, which lie as far apart as the channels are many, and in few of a cache's sets where
 * those are a power of two; here they lie one behind the other. Arguments: input, gradient, weights, count of samples, memory for copies.
 */
export function panelGradientKernel(module: ModuleBuilder, shape: PanelGradientShape): FunctionBuilder {
  const { inputs, outputs, pixels } = shape;
  return module.kernel(`panel gradient ${JSON.stringify(shape)}`, 5, (f) => {
    const input = f.let(f.argument(0));
    const gradient = f.let(f.argument(1));
    const inputPanels = f.argument(4);
    const gradientPanels = f.let(i32.add(inputPanels, i32.constant(roomOf(shape) * inputs * 4)));
    const left = f.let(i32.multiply(f.argument(3), i32.constant(pixels)));
    const copyInput = panelCopyKernel(module, [{ width: rows, count: inputs / rows }], roomOf(shape));
    const copyGradient = panelCopyKernel(module, panelsOf(module, outputs), roomOf(shape));
    f.while(left, () => {
      const size = f.let(i32.minimum(left, i32.constant(blockPixels(shape))));
      f.call(copyInput, input, inputPanels, size);
      f.call(copyGradient, gradient, gradientPanels, size);
      emitProduct(f, module, { shape, inputPanels, gradientPanels, weights: f.let(f.argument(2)), size });
      f.set(input, i32.add(input, i32.multiply(size, i32.constant(inputs * 4))));
      f.set(gradient, i32.add(gradient, i32.multiply(size, i32.constant(outputs * 4))));
      f.set(left, i32.subtract(left, size));
    });
  });
}

/** Copies pixels into panels of channels, each with `room` for so many pixels. Arguments: pixels, panels, how many pixels. */
function panelCopyKernel(module: ModuleBuilder, runs: readonly PanelRun[], room: number): FunctionBuilder {
  return module.kernel(`panel copy ${JSON.stringify([runs, room])}`, 3, (f) => {
    const from = f.let(f.argument(0));
    const to = f.local('i32');
    let channels = 0;
    // Where the pixel's part of each run's first panel is.
    const places = runs.map(({ width, count }) => {
      const place = f.let(i32.add(f.argument(1), i32.constant(channels * room * 4)));
      channels += width * count;
      return { width, count, place };
    });
    f.repeatDynamic(f.argument(2), () => {
      for (const { width, count, place } of places) {
        const together = [4, 2, 1].find((panels) => panels * width <= lineFloats && count % panels === 0)!;
        f.set(to, place);
        f.repeat(count / together, () => {
          for (let at = 0; at < together * width; at += 4) {
            const panel = Math.floor(at / width);
            f.store(to, f32x4.load(from, at * 4), (panel * room * width + (at % width)) * 4);
          }
          f.advance(from, together * width * 4);
          f.advance(to, together * room * width * 4);
        });
        f.advance(place, width * 4);
      }
    });
  });
}

interface PanelProduct {
  readonly shape: PanelGradientShape;
  readonly inputPanels: Local<'i32'>;
  readonly gradientPanels: Local<'i32'>;
  readonly weights: Local<'i32'>;
  /** Pixels in the block. */
  readonly size: Local<'i32'>;
}

/** Adds the share of a block to all weights, tile by tile. */
function emitProduct(f: FunctionBuilder, module: ModuleBuilder, product: PanelProduct): void {
  const { shape, inputPanels, gradientPanels, weights, size } = product;
  const { inputs, outputs } = shape;
  const room = roomOf(shape);
  const inputRow = f.let(inputPanels);
  const gradientColumn = f.local('i32');
  f.repeat(inputs / rows, () => {
    f.set(gradientColumn, gradientPanels);
    for (const { width, count } of panelsOf(module, outputs)) {
      const steps = { inputStep: rows, gradientStep: width, weightStep: outputs };
      f.repeat(count, () => {
        emitGradientTile(f, module, {
          ...{ rows, width, inputRow, gradientColumn, weights, ...steps },
          pixels: (term, pointer) => emitTerms(f, module, { term, pointer, step: width * 4, count: size }),
        });
        f.advance(gradientColumn, room * width * 4);
        f.advance(weights, width * 4);
      });
    }
    f.advance(inputRow, room * rows * 4);
    f.advance(weights, (rows - 1) * outputs * 4);
  });
}
