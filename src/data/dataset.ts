/** Labelled face images packed as bytes: the one form in which data moves through the toolkit. */

/** The splits of FER-2013: Training trains, PublicTest selects, PrivateTest is only ever evaluated. */
export const usages = ['Training', 'PublicTest', 'PrivateTest'] as const;
export type Usage = (typeof usages)[number];

/** Class names of FER-2013 in the order of the CSV's `emotion` column. */
export const classNames = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;
export type ClassName = (typeof classNames)[number];

/** Height and width of a FER-2013 image, in pixels. */
export const imageSize = 48;

/** Images with labels, in file order. `pixels` and `labels` are never written to after construction. */
export interface Dataset {
  /** Grey levels 0-255: [count, height, width]. */
  readonly pixels: Uint8Array;
  /** Class index per image: [count]. */
  readonly labels: Uint8Array;
  /** Index into `usages` per image: [count]. */
  readonly usage: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly classNames: readonly string[];
  /** SHA-256 of the source file's bytes, in hex: names the data in run.json and in the cache. */
  readonly hash: string;
}
