/** Eyes and brows: AU1, 2, 4, 5, 6, 7 and 9. */
import type { ActionUnits } from './actionUnits.js';
import type { Appearance } from './appearance.js';
import { boxAround, ellipse, stroke, type Canvas } from './canvas.js';

/** Read once: these run for every pixel of every shape. */
const { abs, max, min, sqrt } = Math;

/** Paints white, iris, pupil and lids of both eyes; raised lids show more white, raised cheeks and tight lids less. */
export function paintEyes(canvas: Canvas, look: Appearance, units: ActionUnits): void {
  const { eyes, turn, gaze, skin } = look;
  const y0 = eyes.y + turn.y;
  const squint = 0.35 * units.lidTighten + 0.3 * units.noseWrinkle;
  const above = 0.095 * max(0.25, 1 + 0.75 * units.lidRaise - squint - 0.1 * units.cheekRaise);
  const below = 0.075 * max(0.15, 1 + 0.3 * units.lidRaise - squint - 0.65 * units.cheekRaise);
  // Grief lifts the inner corner of the upper lid and lets the outer one hang.
  const slant = 0.05 * min(units.innerBrowRaise, 1) * (1 - min(1, units.lidRaise));
  const white = min(1, 0.55 + 0.5 * skin);
  for (const side of [-1, 1]) {
    const x0 = side * eyes.distance + turn.x;
    const box = boxAround([[x0, y0]], eyes.width + 0.08);
    const lid = (x: number): number => {
      const u = (x - x0) / eyes.width;
      return y0 - above * (1 - u * u) + slant * u * side;
    };
    const lens = (x: number, y: number): number => {
      const u = (x - x0) / eyes.width;
      return max(lid(x) - y, y - (y0 + below * (1 - u * u)), abs(x - x0) - eyes.width);
    };
    const disc = (radius: number) => (x: number, y: number) => {
      const dx = x - x0 - gaze;
      const dy = y - y0 + 0.01;
      return max(lens(x, y), sqrt(dx * dx + dy * dy) - radius);
    };
    canvas.shade(ellipse([x0, y0], [0.2, 0.155]), box, { factor: 0.88, softness: 3 }); // socket
    canvas.fill(lens, box, white);
    canvas.fill(disc(0.085), box, eyes.iris);
    canvas.fill(disc(0.04), box, 0.03);
    const lidLine = (x: number, y: number): number => max(abs(y - lid(x)) - 0.022, abs(x - x0) - eyes.width - 0.02);
    canvas.shade(lidLine, box, { factor: 0.35 });
    if (units.cheekRaise > 0.3) {
      const fold = [
        [x0 - 0.14, y0 + below + 0.07],
        [x0 + 0.14, y0 + below + 0.07],
      ] as const;
      canvas.shade(stroke(fold[0], fold[1], 0.015), boxAround(fold, 0.05), { factor: 1 - 0.22 * units.cheekRaise });
    }
  }
}

/** Paints both brows, the upright folds between lowered ones and the folds over raised ones. */
export function paintBrows(canvas: Canvas, look: Appearance, units: ActionUnits): void {
  const { eyes, brows, turn } = look;
  const { innerBrowRaise: innerUp, outerBrowRaise: outerUp, browLower, noseWrinkle } = units;
  // When both pull at the inner ends (fear, sadness), they rise and come together instead of coming down.
  const lowered = browLower * (1 - 0.9 * min(1, innerUp)) + 0.4 * noseWrinkle;
  const inner = 0.15 * lowered - 0.15 * innerUp;
  const outer = 0.03 + 0.02 * lowered - 0.15 * outerUp + 0.06 * innerUp * (1 - min(1, outerUp));
  const arch = 0.05 + 0.03 * outerUp - 0.04 * min(1, browLower);
  const y0 = eyes.y + turn.y - brows.height;
  const innerX = eyes.distance - 0.19 - 0.05 * min(1, browLower);
  const outerX = eyes.distance + 0.22;
  for (const side of [-1, 1]) {
    const brow = (x: number, y: number): number => {
      const out = (x - turn.x) * side;
      const t = min(1, max(0, (out - innerX) / (outerX - innerX)));
      const height = y0 + inner * (1 - t) + outer * t - arch * 4 * t * (1 - t);
      const beyond = max(innerX - out, out - outerX, 0);
      return sqrt((y - height) ** 2 + beyond ** 2) - brows.thickness * (1 - 0.5 * t);
    };
    const ends = [
      [side * innerX + turn.x, y0],
      [side * outerX + turn.x, y0],
    ] as const;
    canvas.shade(brow, boxAround(ends, 0.3), { factor: brows.factor });
    if (lowered > 0.3) {
      const fold = [
        [side * 0.05 + turn.x, y0 - 0.02],
        [side * 0.06 + turn.x, y0 + 0.13],
      ] as const;
      canvas.shade(stroke(fold[0], fold[1], 0.014), boxAround(fold, 0.05), { factor: 1 - 0.4 * min(1, lowered) });
    }
  }
  if (innerUp < 0.3) return;
  for (const lift of [0.27, 0.36]) {
    const reach = 0.15 + 0.2 * min(1, outerUp);
    const fold = [
      [turn.x - reach, y0 - lift],
      [turn.x + reach, y0 - lift],
    ] as const;
    canvas.shade(stroke(fold[0], fold[1], 0.013), boxAround(fold, 0.05), { factor: 1 - 0.22 * min(1, innerUp) });
  }
}
