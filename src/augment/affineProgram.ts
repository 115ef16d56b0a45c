/** The affine resampling of `augmentImage` as a WebAssembly program, two pixels at a time, with the scaling behind it. */
import { f64, f64x2, i16x8, i32, i32x4, v128, type I32, type V128 } from 'layers-wasm/assembler/expression.js';
import type { FunctionBuilder, Local } from 'layers-wasm/assembler/functionBuilder.js';
import { ModuleBuilder } from 'layers-wasm/assembler/moduleBuilder.js';
import type { Size } from '../data/resize.js';
import { scalingFormulas, type Scaling } from '../scaling.js';
import type { AffineLookup } from './affine.js';

/** What the program is called with behind the byte addresses of source and target. */
export const lookupOrder = [
  ...(['originX', 'originY', 'cosine', 'sine'] as const),
  ...(['stepX', 'stepY', 'zoomY', 'shiftY'] as const),
] satisfies (keyof AffineLookup)[];

/** What an image becomes: the input of a network of this size and scaling. */
export interface ImageInput extends Size {
  readonly scaling: Scaling;
}

/** Bytes behind the source that the program reads, and multiplies by 0. */
export const bytesBehindSource = ({ width }: Size): number => width + 1;

/**
 * A module that exports `resample(source, target, ...lookup)`: from `source`, grey levels [height, width] and `bytesBehindSource`
 * more, to `target`, scaled floats [height, width]. Its bits are those of `augmentImage` and `scalePixelsInto`: each operation
 * is the same in double precision, and the nearest edge pixel comes from moving the position to the edge.
 */
export function affineProgram(input: ImageInput, pages: number): Uint8Array<ArrayBuffer> {
  const { height, width } = input;
  const module = new ModuleBuilder();
  const f = module.function('resample', ['i32', 'i32', ...lookupOrder.map(() => 'f64' as const)]);
  const [originX, originY, cosine, sine, stepX, stepY, zoomY, shiftY] = f.parameters.slice(2) as Local<'f64'>[];
  const target = f.argument(1);
  const pixels = new PixelPair(f, input);
  const row = f.let(f64.constant(-(height - 1) / 2)); // from the centre
  const step = { x: f.let(f64x2.splat(stepX!)), y: f.let(f64x2.splat(stepY!)) };
  const start = { x: f.local('v128'), y: f.local('v128') };
  const columns = f.local('v128');
  const two = f.let(f64x2.constants(2, 2));

  f.repeat(height, () => {
    const rowY = f.let(f64.add(f64.multiply(zoomY!, row), shiftY!));
    f.set(start.x, f64x2.splat(f64.subtract(originX!, f64.multiply(sine!, rowY))));
    f.set(start.y, f64x2.splat(f64.add(originY!, f64.multiply(cosine!, rowY))));
    f.set(columns, f64x2.constants(0, 1));
    const emit = (count: 1 | 2): void => {
      const x = f64x2.add(start.x, f64x2.multiply(step.x, columns));
      const y = f64x2.add(start.y, f64x2.multiply(step.y, columns));
      f.storeLanes(target, pixels.scale(pixels.sample(x, y)), count);
      f.advance(target, 4 * count);
      f.set(columns, f64x2.add(columns, two));
    };
    if (width > 1) f.repeat(Math.floor(width / 2), () => emit(2));
    if (width % 2 === 1) emit(1);
    f.set(row, f64.add(row, f64.constant(1)));
  });
  module.export(f);
  return module.encode({ pages, shared: true, simd: true });
}

/** Added to a double from 0 to 2^31, leaves it as an integer in the low half of the sum's bits. */
const integerShift = 1.5 * 2 ** 52;

/** The 16-bit lanes -1 and 1: a product with a pair and its sum are the second less the first. */
const minusOneAndOne = 0x0001ffff;

/** Emits what is done to two pixels; its constants are made once, before any loop, because V8 would make them again and again. */
class PixelPair {
  private readonly zero: V128;
  private readonly lastColumn: V128;
  private readonly lastRow: V128;
  private readonly width: V128;
  private readonly integerShift: V128;
  private readonly firstOfPair: V128;
  private readonly minusFirstPlusSecond: V128;
  private readonly divisor: V128;
  private readonly shift: V128;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly input: ImageInput,
  ) {
    const both = (value: number): V128 => f.let(f64x2.constants(value, value));
    const all = (value: number): V128 => f.let(i32x4.constant(value));
    this.zero = both(0);
    this.lastColumn = both(input.width - 1);
    this.lastRow = both(input.height - 1);
    this.width = both(input.width);
    this.integerShift = both(integerShift);
    this.firstOfPair = all(0xffff);
    this.minusFirstPlusSecond = all(minusOneAndOne);
    const { divisor, shift } = scalingFormulas[input.scaling];
    this.divisor = both(divisor);
    this.shift = both(shift);
  }

  /** Bilinear samples, in double precision, of the image at the function's first argument. */
  sample(x: V128, y: V128): V128 {
    const { f } = this;
    const { width } = this.input;
    const insideX = f.let(this.moveInside(x, this.lastColumn));
    const insideY = f.let(this.moveInside(y, this.lastRow));
    const left = f.let(f64x2.floor(insideX));
    const top = f.let(f64x2.floor(insideY));
    const index = f.let(f64x2.add(f64x2.add(f64x2.multiply(top, this.width), left), this.integerShift));
    const first = f.let(i32.add(f.argument(0), i32x4.lane(index, 0)));
    const second = f.let(i32.add(f.argument(0), i32x4.lane(index, 2)));

    // Four pairs of neighbours: the upper ones of both pixels, then the lower ones. At the last column or row the further
    // neighbour lies outside, and its weight is 0.
    const pairs = loadPairs([first, 0], [second, 0], [first, width], [second, width]);
    const levels = f.let(i16x8.fromLowBytes(pairs));
    const near = f.let(v128.and(levels, this.firstOfPair));
    const difference = f.let(i16x8.dot(levels, this.minusFirstPlusSecond));
    const fractionX = f.let(f64x2.subtract(insideX, left));
    const mix = (from: V128, change: V128): V128 => f64x2.add(from, f64x2.multiply(fractionX, change));
    const upper = f.let(mix(f64x2.fromLowI32(near), f64x2.fromLowI32(difference)));
    const lower = mix(f64x2.fromHighI32(near), f64x2.fromHighI32(difference));
    const fractionY = f64x2.subtract(insideY, top);
    return f64x2.add(upper, f64x2.multiply(fractionY, f64x2.subtract(lower, upper)));
  }

  /** As `scalePixel`, from a grey level in single precision to an input in single precision. */
  scale(levels: V128): V128 {
    const quotient = f64x2.divide(f64x2.promoteLow(f64x2.demote(levels)), this.divisor);
    return f64x2.demote(f64x2.subtract(quotient, this.shift));
  }

  private moveInside(position: V128, last: V128): V128 {
    return f64x2.pseudoMinimum(f64x2.pseudoMaximum(position, this.zero), last);
  }
}

/** The two bytes at each address and offset, one pair behind the other. */
function loadPairs(...places: readonly (readonly [address: I32, offset: number])[]): V128 {
  const place = (vector: V128, [address, offset]: readonly [I32, number], lane: number): V128 =>
    i16x8.loadLane(address, offset, { vector, lane });
  return places.reduce(place, v128.zero());
}
