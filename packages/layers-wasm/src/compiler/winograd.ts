/** Which convolutions go by minimal filters, and what those need. */
import type { Convolution } from '../graph/operation.js';
import { convolutionBlocks, convolutionWorkspace } from '../kernels/winograd/convolution.js';
import { transformedFloats } from '../kernels/winograd/filterTransform.js';
import { gradientBlocks, gradientWorkspace } from '../kernels/winograd/gradient.js';
import {
  blockTiles,
  shareOfMultiplications,
  tilingOf,
  type TileAxis,
  type Tiling,
} from '../kernels/winograd/tiling.js';
import type { WindowAxis } from '../kernels/winograd/subWindows.js';
import type { GradientPhase } from './geometry.js';
import { padChannels, type Halo, type Shape } from './layout.js';
import type { Arena } from './memoryPlan.js';
import type { Needs, Node, Use } from './node.js';

/** Below so many channels the transforms take longer than the multiplications that they save. */
const fewestChannels = 8;

/** And above this share of the direct kernel's multiplications, as on images that fill few tiles. */
const largestShare = 0.7;

/** Undefined where the direct kernels are faster. The channels of an image are few, so that its layout does not matter here. */
function tilingWherePays({ input, output }: Convolution, height: WindowAxis, width: WindowAxis): Tiling | undefined {
  if (!input.needsGradient || Math.min(input.shape.channels, output.shape.channels) < fewestChannels) return undefined;
  const tiling = tilingOf(height, width);
  return tiling && shareOfMultiplications(tiling) <= largestShare ? tiling : undefined;
}

/** The tiles of a convolution's output. */
export function outputTiling(operation: Convolution): Tiling | undefined {
  const { window, output } = operation;
  return tilingWherePays(
    operation,
    { size: output.shape.height, taps: window.height, stride: window.strideY },
    { size: output.shape.width, taps: window.width, stride: window.strideX },
  );
}

/** The tiles of a part of its input's gradient. */
export function phaseTiling(operation: Convolution, { y, x }: GradientPhase): Tiling | undefined {
  const axis = ({ count, taps }: GradientPhase['y']): WindowAxis => ({ size: count, taps: taps.length, stride: 1 });
  return tilingWherePays(operation, axis(y), axis(x));
}

/** Pixels that tiles reach into behind the image, when the windows begin `before` pixels in front of it. */
function beyond({ filter, tiles, step, windows }: TileAxis, size: number, before: number): number {
  const ends = windows.map(({ first, taps }) => first + step * (tiles * filter.outputs + taps - 2) + 1);
  return Math.max(0, Math.max(...ends) - before - size);
}

/** The halo that the tiles of a convolution reach into, in the tensor of `shape` that its windows read. */
export function tileHalo(tiling: Tiling, shape: Shape, { top, left }: { top: number; left: number }): Halo {
  const after = { bottom: beyond(tiling.y, shape.height, top), right: beyond(tiling.x, shape.width, left) };
  return { top: Math.max(0, top), left: Math.max(0, left), ...after };
}

/** The halo that the outputs of whole tiles need around the gradient. */
function outputHalo({ y, x }: Tiling): Halo {
  const rest = ({ filter, tiles, size }: TileAxis): number => tiles * filter.outputs - size;
  return { top: 0, left: 0, bottom: rest(y), right: rest(x) };
}

function needs(tiling: Tiling, workspace: number): Needs {
  return { workspace, samplesAtOnce: Math.ceil(blockTiles(tiling) / (tiling.y.tiles * tiling.x.tiles)) };
}

/** Of a convolution between so many channels. */
export function convolutionNeeds(tiling: Tiling, inputs: number, outputs: number): Needs {
  const [from, to] = [padChannels(inputs), padChannels(outputs)];
  return needs(convolutionBlocks(tiling, from, to), convolutionWorkspace(tiling, from, to));
}

/** Of the gradient of its weights. */
export function gradientNeeds(tiling: Tiling, inputs: number, outputs: number): Needs {
  return needs(gradientBlocks(tiling), gradientWorkspace(tiling, padChannels(inputs), padChannels(outputs)));
}

/** What the gradient of a convolution's weights reads: its input, and the gradient of its output. */
export function tiledUses(
  { window }: Convolution,
  tiling: Tiling,
  { x, gradient }: { x: Node; gradient: Node },
): Use[] {
  return [
    { node: x, halo: tileHalo(tiling, x.shape, window) },
    { node: gradient, halo: outputHalo(tiling) },
  ];
}

/** A convolution's weights as its kernel reads them: in panels or, for a minimal filter, transformed. */
export interface PackedMatrix {
  readonly address: number;
  readonly tiling: Tiling | undefined;
}

/** Places weights [taps, inputs, outputs], channels padded. */
export function placeMatrix(
  arena: Arena,
  { taps, inputs, outputs }: { taps: number; inputs: number; outputs: number },
  tiling: Tiling | undefined,
): PackedMatrix {
  const floats = tiling ? transformedFloats(tiling, inputs, outputs) : taps * inputs * outputs;
  return { address: arena.allocate(floats * 4), tiling };
}
