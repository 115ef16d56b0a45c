/** A small anti-aliased rasteriser for grey images: shapes are signed distances in face units, so a pose is only a change of view. */

/** Read once: these run for every pixel of every shape. */
const { abs, ceil, floor, max, min, sqrt } = Math;

/** How face units become pixels: one unit is half the height of a head, y points down, (0, 0) is the middle of the face. */
export interface View {
  /** Pixels. */
  readonly centreX: number;
  readonly centreY: number;
  /** Pixels per face unit. */
  readonly scale: number;
  /** Radians, clockwise on the screen. */
  readonly angle: number;
}

/** Distance to the edge of a shape in face units, negative inside. */
export type Shape = (x: number, y: number) => number;

/** A box in face units that holds a shape: only its pixels are visited. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A square grey image that is drawn on in face units. Levels are floats, 0 black, 1 white, and may leave that range on the way. */
export class Canvas {
  readonly levels: Float32Array;
  private readonly cosine: number;
  private readonly sine: number;

  constructor(
    readonly size: number,
    readonly view: View,
  ) {
    this.levels = new Float32Array(size * size);
    this.cosine = Math.cos(view.angle);
    this.sine = Math.sin(view.angle);
  }

  /** Covers a shape with a grey level. */
  fill(shape: Shape, box: Box, level: number): void {
    this.cover(shape, box, { level, factor: 0, softness: 1 });
  }

  /** Multiplies the levels inside a shape by `factor`; its edge fades over `softness` pixels. */
  shade(shape: Shape, box: Box, { factor, softness = 1 }: { factor: number; softness?: number }): void {
    this.cover(shape, box, { level: 0, factor, softness });
  }

  /** Adds a plane of levels: `level` at (0, 0), and so much more per face unit. */
  addPlane(level: number, slope: { readonly x: number; readonly y: number }): void {
    this.changeAll((old, tilt) => old + level + tilt, slope);
  }

  /** Multiplies by a plane that is 1 at (0, 0): light that falls from one side. */
  light(slope: { readonly x: number; readonly y: number }): void {
    this.changeAll((old, tilt) => old * max(0.2, 1 + tilt), slope);
  }

  private changeAll(
    change: (level: number, tilt: number) => number,
    slope: { readonly x: number; readonly y: number },
  ): void {
    const { centreX, centreY, scale } = this.view;
    const perColumn = (slope.x * this.cosine - slope.y * this.sine) / scale;
    const perRow = (slope.x * this.sine + slope.y * this.cosine) / scale;
    for (let row = 0, index = 0; row < this.size; row++) {
      for (let column = 0; column < this.size; column++, index++) {
        const tilt = (column + 0.5 - centreX) * perColumn + (row + 0.5 - centreY) * perRow;
        this.levels[index] = change(this.levels[index]!, tilt);
      }
    }
  }

  /** Moves levels to `level` + `factor` x level, as far as the shape covers each pixel. */
  private cover(shape: Shape, box: Box, ink: { level: number; factor: number; softness: number }): void {
    const { centreX, centreY, scale } = this.view;
    const { levels, cosine, sine, size } = this;
    const { firstX, lastX, firstY, lastY } = this.pixelBox(box);
    const sharpness = scale / ink.softness;
    for (let row = firstY; row <= lastY; row++) {
      const dy = (row + 0.5 - centreY) / scale;
      for (let column = firstX; column <= lastX; column++) {
        const dx = (column + 0.5 - centreX) / scale;
        const coverage = 0.5 - shape(cosine * dx + sine * dy, cosine * dy - sine * dx) * sharpness;
        if (coverage <= 0) continue;
        const index = row * size + column;
        const old = levels[index]!;
        levels[index] = old + (ink.level + ink.factor * old - old) * (coverage < 1 ? coverage : 1);
      }
    }
  }

  /** The pixels that a turned box touches, with one around them for the soft edge. */
  private pixelBox(box: Box): { firstX: number; lastX: number; firstY: number; lastY: number } {
    const end = this.size - 1;
    const { centreX, centreY, scale } = this.view;
    const halfWidth = ((box.right - box.left) / 2) * scale;
    const halfHeight = ((box.bottom - box.top) / 2) * scale;
    const x = ((box.left + box.right) / 2) * scale;
    const y = ((box.top + box.bottom) / 2) * scale;
    const middleX = centreX + this.cosine * x - this.sine * y;
    const middleY = centreY + this.sine * x + this.cosine * y;
    const reachX = abs(this.cosine) * halfWidth + abs(this.sine) * halfHeight + 1;
    const reachY = abs(this.sine) * halfWidth + abs(this.cosine) * halfHeight + 1;
    return {
      firstX: max(0, floor(middleX - reachX)),
      lastX: min(end, ceil(middleX + reachX)),
      firstY: max(0, floor(middleY - reachY)),
      lastY: min(end, ceil(middleY + reachY)),
    };
  }
}

/** An ellipse around (x, y); exact on its edge and close to it. */
export function ellipse(centre: readonly [number, number], radii: readonly [number, number]): Shape {
  const [radiusX, radiusY] = radii;
  return (x, y) => {
    const u = (x - centre[0]) / radiusX;
    const v = (y - centre[1]) / radiusY;
    const length = sqrt(u * u + v * v);
    const slope = sqrt((u / radiusX) ** 2 + (v / radiusY) ** 2);
    return slope === 0 ? -min(radiusX, radiusY) : (length * (length - 1)) / slope;
  };
}

/** The box of an ellipse or of a stroke between two points, `margin` wider on each side. */
export function boxAround(points: readonly (readonly [number, number])[], margin: number): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return {
    left: min(...xs) - margin,
    right: max(...xs) + margin,
    top: min(...ys) - margin,
    bottom: max(...ys) + margin,
  };
}

/** A straight stroke with round ends, `radius` to each side. */
export function stroke(from: readonly [number, number], to: readonly [number, number], radius: number): Shape {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const lengthSquared = dx * dx + dy * dy;
  return (x, y) => {
    const along = lengthSquared === 0 ? 0 : ((x - from[0]) * dx + (y - from[1]) * dy) / lengthSquared;
    const t = min(1, max(0, along));
    return sqrt((x - from[0] - t * dx) ** 2 + (y - from[1] - t * dy) ** 2) - radius;
  };
}
