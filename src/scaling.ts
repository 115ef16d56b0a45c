/** How grey levels 0-255 become network inputs, by the names that model cards use. */

/**
 * `minus-one-to-one`: `x / 127.5 - 1`, the range that mini-Xception was published with; `zero-to-one`: `x / 255`; `none`: the levels as
 * they are.
 */
export const scalings = ['minus-one-to-one', 'zero-to-one', 'none'] as const;
export type Scaling = (typeof scalings)[number];

/** What a new network is trained with, and what a file that says nothing is taken to expect. */
export const standardScaling: Scaling = 'minus-one-to-one';
