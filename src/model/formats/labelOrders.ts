/** The orders in which published networks give their classes: a file that does not say its own is read by one of these names. */
import { FerError } from '../../errors.js';

/** Each in the words of its source. */
export const labelOrders = {
  /** The `emotion` column of fer2013.csv (Goodfellow et al. 2013); face_classification, deepface and most networks trained on it. */
  fer2013: ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'],
  /** FER-2013 as folders of pictures, which Keras' `flow_from_directory` and PyTorch's `ImageFolder` read in this order. */
  alphabetical: ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'],
  /** `FACE_EXPRESSION_LABELS` of face-api.js. */
  'face-api': ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'],
  /** The columns of fer2013new.csv (Barsoum et al. 2016) and the `emotion_table` of the ONNX model zoo's network. */
  ferplus: ['neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt'],
  /** `idx_to_class` of hsemotion's networks for eight classes. */
  'hsemotion-8': ['Anger', 'Contempt', 'Disgust', 'Fear', 'Happiness', 'Neutral', 'Sadness', 'Surprise'],
  /** The same without contempt, for its networks with `_7` in their names: `alphabetical` in other words. */
  'hsemotion-7': ['Anger', 'Disgust', 'Fear', 'Happiness', 'Neutral', 'Sadness', 'Surprise'],
  /** The labels 1 to 7 of RAF-DB (Li et al. 2017). */
  'raf-db': ['Surprise', 'Fear', 'Disgust', 'Happiness', 'Sadness', 'Anger', 'Neutral'],
  /** The expressions 0 to 7 of AffectNet (Mollahosseini et al. 2017). */
  'affectnet-8': ['Neutral', 'Happy', 'Sad', 'Surprise', 'Fear', 'Disgust', 'Anger', 'Contempt'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type LabelOrder = keyof typeof labelOrders;

export const labelOrderNames = Object.keys(labelOrders) as LabelOrder[];

/** The order that is assumed for seven classes when nothing says another. */
export const standardOrder = 'fer2013' satisfies LabelOrder;

/**
 * Class names from `text`: the name of a known order, or the names themselves with commas between them. Throws CONFIG_INVALID with the
 * known orders when it is neither.
 */
export function parseLabels(text: string): readonly string[] {
  const known = labelOrderNames.find((name) => name === text.trim().toLowerCase());
  if (known !== undefined) return labelOrders[known];
  const names = text.split(',').map((name) => name.trim());
  if (names.length > 1 && !names.includes('') && new Set(names).size === names.length) return names;
  throw new FerError(
    'CONFIG_INVALID',
    `labels: expected a known order (${labelOrderNames.join(', ')}) or two or more different class names with commas, got ${JSON.stringify(text)}.`,
  );
}

/** The known orders of `count` classes. */
export function ordersOf(count: number): LabelOrder[] {
  return labelOrderNames.filter((name) => labelOrders[name].length === count);
}
