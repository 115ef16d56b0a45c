/** Which convolutions go by minimal filters, and what those need. */
import type { Convolution } from '../graph/operation.js';
import { convolutionWorkspace } from '../kernels/winograd/convolution.js';
import { filterTemporaryBytes, transformedFloats } from '../kernels/winograd/filterTransform.js';
import { gradientBlocks, gradientWorkspace } from '../kernels/winograd/gradient.js';
import {
  blockTiles,
  shareOfMultiplications,
  tilingOf,
  type TileAxis,
  type Tiling,
} from '../kernels/winograd/tiling.js';
import { padChannels, type Halo, type Shape } from './layout.js';
import type { Arena } from './memoryPlan.js';
import type { Needs } from './node.js';

/** Below so many channels the transforms take longer than the multiplications that they save. */
const fewestChannels = 8;

/** And above this share of the direct kernel's multiplications, as on images that fill few tiles. */
const largestShare = 0.6;

/** The tiles of a convolution's output and, for its input gradient, of its input. */
export interface Tilings {
  readonly forward: Tiling;
  readonly backward: Tiling;
}

/** Undefined where the direct kernels are faster. The channels of an image are few, so that its layout does not matter here. */
export function tilingsOf({ kind, window, input, output }: Convolution): Tilings | undefined {
  const { height, width, strideY, strideX } = window;
  if (kind === 'depthwise' || height !== width || strideY * strideX > 1) return undefined;
  if (!input.needsGradient || Math.min(input.shape.channels, output.shape.channels) < fewestChannels) return undefined;
  const of = (shape: Shape): Tiling | undefined => tilingOf(shape.height, shape.width, height);
  const [forward, backward] = [of(output.shape), of(input.shape)];
  const pays = (tiling?: Tiling): boolean => tiling !== undefined && shareOfMultiplications(tiling) <= largestShare;
  return forward && backward && pays(forward) && pays(backward) ? { forward, backward } : undefined;
}

/** Pixels that tiles reach into behind the image, when the windows begin `before` pixels in front of it. */
function beyond({ filter, tiles }: TileAxis, size: number, before: number): number {
  return Math.max(0, tiles * filter.outputs + filter.taps - 1 - before - size);
}

/** The halo that the tiles of a convolution reach into, in the tensor of `shape` that its windows read. */
export function tileHalo(tiling: Tiling, shape: Shape, { top, left }: { top: number; left: number }): Halo {
  return { top, left, bottom: beyond(tiling.y, shape.height, top), right: beyond(tiling.x, shape.width, left) };
}

/** The halo that the outputs of whole tiles need around the gradient. */
export function outputHalo({ y, x }: Tiling): Halo {
  const rest = ({ filter, tiles, size }: TileAxis): number => tiles * filter.outputs - size;
  return { top: 0, left: 0, bottom: rest(y), right: rest(x) };
}

function needs(tiling: Tiling, workspace: number): Needs {
  return { workspace, samplesAtOnce: Math.ceil(blockTiles(tiling) / (tiling.y.tiles * tiling.x.tiles)) };
}

/** Of a convolution between so many channels. */
export function convolutionNeeds(tiling: Tiling, inputs: number, outputs: number): Needs {
  return needs(tiling, convolutionWorkspace(tiling, padChannels(inputs), padChannels(outputs)));
}

/** Of the gradient of its weights. */
export function gradientNeeds(tiling: Tiling, inputs: number, outputs: number): Needs {
  return needs(gradientBlocks(tiling), gradientWorkspace(tiling, padChannels(inputs), padChannels(outputs)));
}

/** A convolution's weights in panels and, for a minimal filter, transformed. */
export interface PackedMatrix {
  readonly panels: number;
  readonly transformed?: { readonly tiling: Tiling; readonly address: number; readonly temporary: number };
}

/** Places weights [taps, inputs, outputs], channels padded. */
export function placeMatrix(
  arena: Arena,
  { taps, inputs, outputs }: { taps: number; inputs: number; outputs: number },
  tiling?: Tiling,
): PackedMatrix {
  const panels = arena.allocate(taps * inputs * outputs * 4);
  if (!tiling) return { panels };
  const address = arena.allocate(transformedFloats(tiling, inputs, outputs) * 4);
  return { panels, transformed: { tiling, address, temporary: arena.allocate(filterTemporaryBytes(tiling)) } };
}

/** The weights as the kernel reads them. */
export const addressOfMatrix = ({ panels, transformed }: PackedMatrix): number => transformed?.address ?? panels;
