/** Paints one face: the person from an `Appearance`, the expression from `ActionUnits`. */
import type { Random } from '../../random.js';
import type { ActionUnits } from './actionUnits.js';
import type { Appearance } from './appearance.js';
import { Canvas, boxAround, ellipse, stroke } from './canvas.js';
import { paintBrows, paintEyes } from './eyes.js';
import { paintMouth } from './mouth.js';
import { paintNose } from './nose.js';

/** Read once: these run for every pixel of every shape. */
const { abs, max, min, round, sqrt } = Math;

/** A square image of `size` x `size` grey levels 0..255. `random` draws the camera's noise only. */
export function paintFace(size: number, face: { look: Appearance; units: ActionUnits; random: Random }): Uint8Array {
  const { look, units, random } = face;
  const canvas = new Canvas(size, look.view);
  paintBackground(canvas, look);
  paintHead(canvas, look, units);
  paintEyes(canvas, look, units);
  paintBrows(canvas, look, units);
  paintNose(canvas, look, units);
  paintMouth(canvas, look, units);
  if (look.hasGlasses) paintGlasses(canvas, look);
  canvas.light(look.light);
  return photograph(canvas, look, random);
}

function paintBackground(canvas: Canvas, { background, hair, skin }: Appearance): void {
  canvas.addPlane(background.level, background.slope);
  if (hair.isLong) {
    canvas.fill(ellipse([0, 0.15], [1, 1.25]), boxAround([[0, 0.15]], 1.3), hair.level);
  }
  canvas.fill(
    stroke([0, 0.7], [0, 1.8], 0.42),
    boxAround(
      [
        [0, 0.7],
        [0, 1.8],
      ],
      0.5,
    ),
    skin * 0.72,
  ); // neck
}

function paintHead(canvas: Canvas, look: Appearance, units: ActionUnits): void {
  const { headWidth, jawWidth, hair, skin, beard } = look;
  const chin = 1 + 0.1 * units.jawDrop;
  const head = (x: number, y: number): number => {
    const u = x / (y > 0 ? headWidth * (1 - (1 - jawWidth) * 0.55 * y) : headWidth);
    const v = y > 0 ? y / chin : y;
    return (sqrt(u * u + v * v) - 1) * headWidth;
  };
  const box = boxAround([[0, 0]], 1.15);
  for (const side of [-1, 1]) {
    const ear = [side * headWidth, 0] as const;
    canvas.fill(ellipse(ear, [0.1, 0.2]), boxAround([ear], 0.2), skin * 0.8);
  }
  canvas.fill(head, box, skin);
  canvas.shade((x, y) => -head(x, y) - 0.16, box, { factor: 0.82, softness: 5 }); // the head turns away at its edge
  if (beard) {
    const { factor } = beard;
    const jaw = { ...box, top: 0 };
    canvas.shade((x, y) => max(head(x, y), 0.62 - 1.3 * x * x - y), jaw, { factor, softness: 2 });
  }
  const hairline = (x: number): number => hair.line + hair.fringe * x + 0.8 * x * x;
  const scalp = ellipse([0, -0.02], [headWidth + 0.06, 1.08]);
  canvas.fill((x, y) => max(scalp(x, y), y - hairline(x)), { ...box, bottom: 0.2 }, hair.level);
}

function paintGlasses(canvas: Canvas, { eyes, turn }: Appearance): void {
  for (const side of [-1, 1]) {
    const centre = [side * eyes.distance + turn.x, eyes.y + turn.y + 0.02] as const;
    const lens = ellipse(centre, [0.27, 0.22]);
    canvas.shade((x, y) => abs(lens(x, y)) - 0.015, boxAround([centre], 0.3), { factor: 0.35 });
  }
  const y = eyes.y + turn.y;
  const reach = eyes.distance - 0.27;
  const bridge = [
    [turn.x - reach, y],
    [turn.x + reach, y],
  ] as const;
  canvas.shade(stroke(bridge[0], bridge[1], 0.015), boxAround(bridge, 0.05), { factor: 0.35 });
}

/** Gain, blur over the four neighbours and noise of a camera, then bytes. */
function photograph({ levels, size }: Canvas, { camera }: Appearance, random: Random): Uint8Array {
  const share = camera.blur / 5;
  const bytes = new Uint8Array(size * size);
  for (let row = 0, index = 0; row < size; row++) {
    const up = row > 0 ? -size : 0;
    const down = row < size - 1 ? size : 0;
    for (let column = 0; column < size; column++, index++) {
      const left = column > 0 ? -1 : 0;
      const right = column < size - 1 ? 1 : 0;
      const around = levels[index + up]! + levels[index + down]! + levels[index + left]! + levels[index + right]!;
      const blurred = levels[index]! * (1 - 4 * share) + around * share;
      const level = blurred * camera.gain + camera.offset + camera.noise * grain(random);
      bytes[index] = min(255, max(0, round(255 * level)));
    }
  }
  return bytes;
}

/** Nearly normal, mean 0, standard deviation 1: the sum of the four bytes of one draw, faster than `random.normal()`. */
function grain(random: Random): number {
  const bits = random.nextUint32();
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - 510) / 147.8;
}
