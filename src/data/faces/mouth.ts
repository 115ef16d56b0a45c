/** Lips, teeth and chin: AU10, 12, 15, 17, 20, 24, 25 and 26. */
import type { ActionUnits } from './actionUnits.js';
import type { Appearance } from './appearance.js';
import { boxAround, stroke, type Canvas } from './canvas.js';

/** Read once: these run for every pixel of every shape. */
const { abs, max, min, sqrt } = Math;

/** Paints the mouth: where its corners are, how far it is open and what shows between the lips. */
export function paintMouth(canvas: Canvas, look: Appearance, units: ActionUnits): void {
  const { mouth, turn, skin, beard } = look;
  const { cornerPull, cornerDepress, lipStretch, lipPress, lipsPart, jawDrop, upperLipRaise, chinRaise } = units;
  const x0 = turn.x;
  const y0 = mouth.y + turn.y + 0.03 * jawDrop - 0.03 * chinRaise - 0.03 * upperLipRaise;
  const width =
    mouth.width * (1 + 0.3 * cornerPull + 0.35 * lipStretch - 0.35 * jawDrop * (1 - cornerPull) - 0.05 * lipPress);
  const corners = 0.1 * cornerDepress - 0.13 * cornerPull + 0.04 * lipStretch; // below the middle
  const openAbove = 0.025 * lipsPart + 0.09 * upperLipRaise * lipsPart + 0.12 * jawDrop;
  const openBelow = 0.07 * lipsPart + 0.25 * jawDrop;
  const thin = 1 - 0.75 * min(1, lipPress);
  const upperLip = mouth.lips * thin * (1 - 0.3 * cornerPull) + 0.015 * upperLipRaise;
  const lowerLip = mouth.lips * 1.25 * thin * (1 - 0.2 * cornerPull);
  const box = boxAround([[x0, y0]], 0.55);

  /** The middle line, and how much of an opening is left at x: 1 in the middle, 0 at the corners. */
  const line = (x: number): number => y0 + corners * min(1.3, ((x - x0) / width) ** 2);
  const bulge = (x: number): number => max(0, 1 - ((x - x0) / width) ** 2);
  /** A lifted upper lip is square, not round. */
  const upperBulge = (x: number): number => (upperLipRaise > 0.5 ? sqrt(bulge(x)) : bulge(x));
  const between = (above: number, below: number) => (x: number, y: number) =>
    max(line(x) - above * upperBulge(x) - y, y - line(x) - below * bulge(x), abs(x - x0) - width);

  canvas.shade(between(openAbove + upperLip, openBelow + lowerLip), box, { factor: mouth.lipFactor });
  const opening = between(openAbove, openBelow);
  if (openAbove + openBelow > 0.03) {
    canvas.fill(opening, box, 0.07);
    const teeth = 0.05 + 0.05 * max(cornerPull, lipStretch, upperLipRaise);
    const showsTeeth = min(1, max(cornerPull, lipStretch, upperLipRaise) * 1.4);
    const teethShape = (x: number, y: number): number =>
      max(opening(x, y) + 0.01, y - line(x) + openAbove * upperBulge(x) - teeth - 0.03);
    if (showsTeeth > 0.4) canvas.fill(teethShape, box, min(1, 0.45 + 0.5 * skin));
  } else {
    const seam = (x: number, y: number): number => max(abs(y - line(x)) - 0.018, abs(x - x0) - width);
    canvas.shade(seam, box, { factor: 0.3 });
  }
  for (const side of [-1, 1]) {
    const corner = [x0 + side * width, y0 + corners] as const;
    canvas.shade(stroke(corner, corner, 0.03), boxAround([corner], 0.08), { factor: 0.6 });
  }
  const shadow = y0 + openBelow + lowerLip + 0.07;
  const chin = [
    [x0 - 0.12, shadow],
    [x0 + 0.12, shadow],
  ] as const;
  canvas.shade(stroke(chin[0], chin[1], 0.03), boxAround(chin, 0.1), {
    factor: 0.84 - 0.18 * min(1, chinRaise),
    softness: 2,
  });
  if (beard?.hasMoustache) {
    const y = y0 - openAbove - upperLip - 0.05;
    const moustache = [
      [x0 - 0.2, y + 0.02],
      [x0 + 0.2, y + 0.02],
    ] as const;
    canvas.shade(stroke(moustache[0], moustache[1], 0.045), boxAround(moustache, 0.1), { factor: beard.factor * 0.7 });
  }
}
