/** How a tensor of one sample lies in memory: rows of pixels of channels, a halo of zeros around, channels padded to vectors. */

/** Rows and columns of zeros around the pixels, for consumers that read beyond the edge. */
export interface Halo {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const noHalo: Halo = { top: 0, left: 0, bottom: 0, right: 0 };

/** The smallest halo that serves two consumers. */
export function joinHalos(a: Halo, b: Halo): Halo {
  return {
    top: Math.max(a.top, b.top),
    left: Math.max(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  };
}

/** Height, width and channels of one sample. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Channels are stored in whole vectors of four; the lanes beyond the last channel hold zeros. */
export function padChannels(channels: number): number {
  return Math.ceil(channels / 4) * 4;
}

/** Offsets and strides in floats of a [height, width, channels] tensor of one sample. */
export class Layout {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Floats from one pixel to the next. */
  readonly pixel: number;
  /** Floats from one row to the next. */
  readonly row: number;
  /** Floats from one sample to the next. */
  readonly sample: number;

  /** `pixel` is the channels padded to whole vectors, unless the tensor comes from outside (`packed`). */
  constructor(
    shape: Shape,
    readonly halo: Halo = noHalo,
    packed = false,
  ) {
    this.height = shape.height;
    this.width = shape.width;
    this.channels = shape.channels;
    this.pixel = packed ? shape.channels : padChannels(shape.channels);
    this.row = (halo.left + this.width + halo.right) * this.pixel;
    this.sample = (halo.top + this.height + halo.bottom) * this.row;
  }

  /** Floats from the start of the sample to pixel (y, x), which may lie in the halo. */
  at(y: number, x: number): number {
    return (y + this.halo.top) * this.row + (x + this.halo.left) * this.pixel;
  }

  get hasHalo(): boolean {
    const { top, left, bottom, right } = this.halo;
    return top + left + bottom + right > 0;
  }

  /** A name that tells equal layouts. */
  get key(): string {
    const { top, left, bottom, right } = this.halo;
    return `${this.height}x${this.width}x${this.pixel}+${top},${left},${bottom},${right}`;
  }
}
