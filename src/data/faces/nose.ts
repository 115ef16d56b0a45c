/** Nose, its wrinkles and the folds from nose to mouth: AU9, 10 and 12. */
import type { ActionUnits } from './actionUnits.js';
import type { Appearance } from './appearance.js';
import { boxAround, ellipse, stroke, type Canvas } from './canvas.js';

/** Paints the nose; wrinkling lifts it, widens the nostrils and folds the bridge, a smile and a raised lip deepen the cheek folds. */
export function paintNose(canvas: Canvas, look: Appearance, units: ActionUnits): void {
  const { nose, eyes, turn, mouth, light } = look;
  const { noseWrinkle, upperLipRaise, cornerPull } = units;
  const shadowSide = light.x > 0 ? -1 : 1;
  const x0 = turn.x * 1.3; // The tip stands out from the face and moves more.
  const top = eyes.y + turn.y;
  const tip = top + nose.length - 0.05 * noseWrinkle - 0.02 * upperLipRaise;
  const width = nose.width * (1 + 0.3 * noseWrinkle);
  const ridge = [
    [turn.x + shadowSide * 0.05, top],
    [x0 + shadowSide * 0.09, tip - 0.05],
  ] as const;
  canvas.shade(stroke(ridge[0], ridge[1], 0.03), boxAround(ridge, 0.1), { factor: 0.8, softness: 2 });
  for (const side of [-1, 1]) {
    const nostril = [x0 + side * width * 0.55, tip] as const;
    canvas.shade(ellipse(nostril, [0.045, 0.025]), boxAround([nostril], 0.08), { factor: 0.4 });
    const wing = [x0 + side * width, tip - 0.05] as const;
    canvas.shade(ellipse(wing, [0.03, 0.06]), boxAround([wing], 0.1), { factor: 0.78 });
    const depth = Math.min(1, 0.12 + 0.7 * Math.max(noseWrinkle, upperLipRaise, 0.7 * cornerPull));
    const spread = 0.1 * cornerPull;
    const fold = [
      [x0 + side * (width + 0.05), tip - 0.03],
      [turn.x + side * (mouth.width + 0.08 + spread), mouth.y + turn.y - 0.04],
    ] as const;
    canvas.shade(stroke(fold[0], fold[1], 0.018), boxAround(fold, 0.06), { factor: 1 - 0.45 * depth });
    for (const [step, lift] of [0.08, 0.17].entries()) {
      if (noseWrinkle < 0.3) break;
      const wrinkle = [
        [turn.x + side * 0.02, top + lift],
        [turn.x + side * (0.12 + 0.02 * step), top + lift - 0.06],
      ] as const;
      canvas.shade(stroke(wrinkle[0], wrinkle[1], 0.016), boxAround(wrinkle, 0.05), {
        factor: 1 - 0.5 * Math.min(1, noseWrinkle),
      });
    }
  }
}
