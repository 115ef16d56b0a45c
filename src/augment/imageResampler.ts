/** Makes network inputs of augmented images, by a vector program where the host runs it. */
import { addressOf, countPages, loadProgram, type ProgramMemory } from 'layers-wasm/assembler/program.js';
import { scalePixelsInto } from '../data/scaling.js';
import type { Size } from '../data/resize.js';
import { augmentImage, lookupOf, type AffineParameters } from './affine.js';
import { affineProgram, bytesBehindSource, lookupOrder, type ImageInput } from './affineProgram.js';

/** Writes `pixels`, grey levels 0-255 [height, width], resampled and scaled, into `target` of the same shape. */
export type Resample = (pixels: Uint8Array, parameters: AffineParameters, target: Float32Array) => void;

/** Memory of a resampler's own, which nobody else writes: `scratchBytes` from byte `at` on. */
export interface ScratchPlace {
  readonly memory: ProgramMemory;
  readonly at: number;
}

/** Room for the image that is resampled. */
export function scratchBytes(size: Size): number {
  return size.height * size.width + bytesBehindSource(size);
}

/** The fastest resampler that this host runs; all give the same bits. Targets must lie in `scratch.memory`. */
export function createResampler(input: ImageInput, { memory, at }: ScratchPlace): Resample {
  const program = loadProgram(affineProgram(input, countPages(memory)), { memory, name: 'resample' });
  if (!program) return portableResampler(input);
  const source = new Uint8Array(memory.buffer, at, input.height * input.width);
  return (pixels, parameters, target) => {
    if (target.buffer !== memory.buffer) throw new RangeError('Expected a target in the memory of the resampler.');
    const lookup = lookupOf(parameters, input);
    source.set(pixels);
    program(addressOf(at), addressOf(target.byteOffset), ...lookupOrder.map((name) => lookup[name]));
  };
}

/** For hosts without vectors. */
export function portableResampler({ height, width, scaling }: ImageInput): Resample {
  return (pixels, parameters, target) => {
    augmentImage({ pixels, height, width }, parameters, target);
    scalePixelsInto(target, target, scaling);
  };
}
