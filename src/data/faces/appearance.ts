/** What makes one drawn face differ from another whatever it expresses: person, pose, light and camera. */
import type { Random } from '../../random.js';
import type { View } from './canvas.js';

/** Lengths in face units, levels 0 (black) to 1 (white), factors of the level underneath. */
export interface Appearance {
  readonly view: View;
  /** Shift of the features on the head: looking aside and up or down. */
  readonly turn: { readonly x: number; readonly y: number };
  readonly background: { readonly level: number; readonly slope: { readonly x: number; readonly y: number } };
  readonly skin: number;
  readonly headWidth: number;
  readonly jawWidth: number;
  readonly hair: { readonly level: number; readonly line: number; readonly fringe: number; readonly isLong: boolean };
  readonly eyes: { readonly distance: number; readonly width: number; readonly iris: number; readonly y: number };
  readonly gaze: number;
  readonly brows: { readonly factor: number; readonly thickness: number; readonly height: number };
  readonly nose: { readonly length: number; readonly width: number };
  readonly mouth: { readonly width: number; readonly y: number; readonly lips: number; readonly lipFactor: number };
  readonly beard: { readonly factor: number; readonly hasMoustache: boolean } | undefined;
  readonly hasGlasses: boolean;
  readonly light: { readonly x: number; readonly y: number };
  readonly camera: { readonly gain: number; readonly offset: number; readonly blur: number; readonly noise: number };
}

/** A person in front of a camera, for an image of `size` x `size` pixels. Nothing here depends on the expression. */
export function drawAppearance(size: number, random: Random): Appearance {
  const pixel = size / 48;
  const skin = random.uniform(0.38, 0.85);
  return {
    view: {
      centreX: size / 2 + random.uniform(-2.5, 2.5) * pixel,
      centreY: size / 2 + random.uniform(-2.5, 2.5) * pixel,
      scale: random.uniform(20, 26) * pixel,
      angle: random.uniform(-0.21, 0.21), // 12 degrees
    },
    turn: { x: random.uniform(-0.12, 0.12), y: random.uniform(-0.06, 0.06) },
    background: {
      level: random.uniform(0.08, 0.9),
      slope: { x: random.uniform(-0.2, 0.2), y: random.uniform(-0.2, 0.2) },
    },
    skin,
    headWidth: random.uniform(0.74, 0.86),
    jawWidth: random.uniform(0.75, 1),
    hair: {
      level: random.next() < 0.25 ? random.uniform(0.55, 0.8) : random.uniform(0.05, 0.3),
      line: random.uniform(-0.88, -0.62),
      fringe: random.uniform(-0.25, 0.25),
      isLong: random.next() < 0.4,
    },
    eyes: {
      distance: random.uniform(0.34, 0.4),
      width: random.uniform(0.16, 0.2),
      iris: random.uniform(0.08, 0.4),
      y: random.uniform(-0.2, -0.12),
    },
    gaze: random.uniform(-0.05, 0.05),
    brows: {
      factor: random.uniform(0.15, 0.5),
      thickness: random.uniform(0.028, 0.05),
      height: random.uniform(0.22, 0.27),
    },
    nose: { length: random.uniform(0.36, 0.44), width: random.uniform(0.1, 0.15) },
    mouth: {
      width: random.uniform(0.25, 0.31),
      y: random.uniform(0.48, 0.55),
      lips: random.uniform(0.035, 0.07),
      lipFactor: random.uniform(0.62, 0.82),
    },
    beard: random.next() < 0.15 ? { factor: random.uniform(0.45, 0.8), hasMoustache: random.next() < 0.5 } : undefined,
    hasGlasses: random.next() < 0.12,
    light: { x: random.uniform(-0.3, 0.3), y: random.uniform(-0.25, 0.15) },
    camera: {
      gain: random.uniform(0.75, 1.15),
      offset: random.uniform(-0.06, 0.08),
      blur: random.uniform(0, 0.8),
      noise: random.uniform(0.004, 0.03),
    },
  };
}
