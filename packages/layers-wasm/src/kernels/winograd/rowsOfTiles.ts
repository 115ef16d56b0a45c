/** Goes over the rows of tiles of all samples, which follow each other without a gap. */
import { i32, type I32 } from '../../assembler/expression.js';
import type { FunctionBuilder, Local } from '../../assembler/functionBuilder.js';
import type { Tiling } from './tiling.js';

/** The images of some samples that are cut into tiles. */
export interface TiledImages {
  /** Of the first sample. */
  readonly address: I32;
  /** Floats from the start of a sample to the first pixel of its first tile. */
  readonly origin: number;
  /** Floats from row to row of pixels, and from sample to sample. */
  readonly stepY: number;
  readonly sample: number;
}

export class RowsOfTiles {
  /** First pixel of the row at hand. */
  readonly pixel: Local<'i32'>;
  /** Rows of tiles that this sample has left. */
  private readonly left: Local<'i32'>;

  /** Starts at the first row of the first sample. */
  constructor(
    private readonly f: FunctionBuilder,
    private readonly tiling: Tiling,
    private readonly images: TiledImages,
  ) {
    this.pixel = f.let(i32.add(images.address, i32.constant(images.origin * 4)));
    this.left = f.let(i32.constant(tiling.y.tiles));
  }

  /** Runs `body` for the next `count` rows; `lastBody`, if given, for each sample's last row instead. */
  next(count: I32, body: () => void, lastBody: () => void = body): void {
    const { f, tiling, images } = this;
    const { tiles, filter } = tiling.y;
    f.repeatDynamic(count, () => {
      if (lastBody === body) body();
      else f.if(i32.equal(this.left, i32.constant(1)), lastBody, body);
      f.advance(this.pixel, filter.outputs * images.stepY * 4);
      f.advance(this.left, -1);
      f.if(i32.equal(this.left, i32.constant(0)), () => {
        f.advance(this.pixel, (images.sample - tiles * filter.outputs * images.stepY) * 4);
        f.set(this.left, i32.constant(tiles));
      });
    });
  }
}
