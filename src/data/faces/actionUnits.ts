/**
 * Expressions as muscle movements. The units are those of the Facial Action Coding System (Ekman and Friesen, 1978); which of them
 * make up an emotion follows its prototypes (Friesen and Ekman, EMFACS-7, 1983).
 */
import type { Random } from '../../random.js';
import type { ClassName } from '../dataset.js';

/** Strength of each unit from 0 (at rest) to about 1 (as far as it goes). */
export interface ActionUnits {
  /** AU1: inner ends of the brows go up. */
  readonly innerBrowRaise: number;
  /** AU2: outer ends of the brows go up. */
  readonly outerBrowRaise: number;
  /** AU4: brows come down and together. */
  readonly browLower: number;
  /** AU5: upper lids go up, the eyes are wide. */
  readonly lidRaise: number;
  /** AU6: cheeks go up and narrow the eyes from below. */
  readonly cheekRaise: number;
  /** AU7: both lids tighten. */
  readonly lidTighten: number;
  /** AU9: the nose wrinkles and comes up. */
  readonly noseWrinkle: number;
  /** AU10: the upper lip goes up. */
  readonly upperLipRaise: number;
  /** AU12: corners of the mouth go up and out. */
  readonly cornerPull: number;
  /** AU15: corners of the mouth go down. */
  readonly cornerDepress: number;
  /** AU17: the chin pushes the lower lip up. */
  readonly chinRaise: number;
  /** AU20: the mouth stretches sideways. */
  readonly lipStretch: number;
  /** AU24: lips press together. */
  readonly lipPress: number;
  /** AU25: lips part. */
  readonly lipsPart: number;
  /** AU26 and AU27: the jaw drops and the mouth rounds. */
  readonly jawDrop: number;
}

const atRest: ActionUnits = {
  innerBrowRaise: 0,
  outerBrowRaise: 0,
  browLower: 0,
  lidRaise: 0,
  cheekRaise: 0,
  lidTighten: 0,
  noseWrinkle: 0,
  upperLipRaise: 0,
  cornerPull: 0,
  cornerDepress: 0,
  chinRaise: 0,
  lipStretch: 0,
  lipPress: 0,
  lipsPart: 0,
  jawDrop: 0,
};

/** The ways in which each emotion is drawn; a face takes one of them. */
const prototypes: Readonly<Record<ClassName, readonly Partial<ActionUnits>[]>> = {
  angry: [
    { browLower: 1, lidTighten: 0.7, lidRaise: 0.3, lipPress: 1, chinRaise: 0.4 },
    { browLower: 1, lidTighten: 0.6, lidRaise: 0.4, lipsPart: 0.9, upperLipRaise: 0.3, lipStretch: 0.45, jawDrop: 0.1 },
  ],
  disgust: [
    { noseWrinkle: 1, upperLipRaise: 0.9, browLower: 0.35, lidTighten: 0.5, cornerDepress: 0.4, chinRaise: 0.5 },
    { noseWrinkle: 1, upperLipRaise: 1, browLower: 0.3, cheekRaise: 0.5, lipsPart: 0.7, cornerDepress: 0.5 },
  ],
  fear: [
    { innerBrowRaise: 1, outerBrowRaise: 0.4, browLower: 0.6, lidRaise: 0.9, lipStretch: 1, lipsPart: 0.8 },
    {
      innerBrowRaise: 1,
      outerBrowRaise: 0.5,
      browLower: 0.6,
      lidRaise: 1,
      lipStretch: 0.9,
      lipsPart: 0.6,
      jawDrop: 0.35,
    },
  ],
  happy: [
    { cheekRaise: 0.9, cornerPull: 1, lipsPart: 1 },
    { cheekRaise: 0.7, cornerPull: 0.95 },
    { cheekRaise: 0.9, cornerPull: 1, lipsPart: 1, jawDrop: 0.3 },
  ],
  sad: [
    { innerBrowRaise: 0.9, browLower: 0.5, cornerDepress: 1, chinRaise: 0.5 },
    { innerBrowRaise: 0.8, browLower: 0.6, cornerDepress: 0.9, lidTighten: 0.4 },
  ],
  surprise: [
    { innerBrowRaise: 1, outerBrowRaise: 1, lidRaise: 0.9, lipsPart: 0.5, jawDrop: 1 },
    { innerBrowRaise: 0.9, outerBrowRaise: 1, lidRaise: 0.8, lipsPart: 0.4, jawDrop: 0.65 },
  ],
  neutral: [{}, { lipsPart: 0.15 }],
};

/** Units of one face that shows `emotion`: one of its prototypes, stronger or weaker, each unit a little off. */
export function drawActionUnits(emotion: ClassName, random: Random): ActionUnits {
  const choices = prototypes[emotion];
  const chosen: ActionUnits = { ...atRest, ...choices[random.integer(choices.length)] };
  const intensity = random.uniform(0.65, 1.1);
  const drawn = Object.entries(chosen).map(([unit, strength]: [string, number]): [string, number] => {
    const stray = random.uniform(-0.08, 0.08);
    return [unit, Math.max(0, strength * intensity * random.uniform(0.85, 1.15) + stray)];
  });
  return Object.fromEntries(drawn) as unknown as ActionUnits;
}
