/** How grey levels 0-255 become network inputs, by the names that model cards use. */

/**
 * `minus-one-to-one`: `x / 127.5 - 1`, the range that mini-Xception was published with; `zero-to-one`: `x / 255`; `none`: the levels as
 * they are.
 */
export const scalings = ['minus-one-to-one', 'zero-to-one', 'none'] as const;
export type Scaling = (typeof scalings)[number];

/** A grey level `x` becomes `x / divisor - shift`. */
export const scalingFormulas: Readonly<Record<Scaling, { readonly divisor: number; readonly shift: number }>> = {
  'minus-one-to-one': { divisor: 127.5, shift: 1 },
  'zero-to-one': { divisor: 255, shift: 0 },
  none: { divisor: 1, shift: 0 },
};

/** What a new network is trained with, and what a file that says nothing is taken to expect. */
export const standardScaling: Scaling = 'minus-one-to-one';
