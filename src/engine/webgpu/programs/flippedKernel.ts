/** The kernel of the convolution that is another one's backward pass. */
import type { Program } from '../program.js';

/** A kernel [taps, inputs, outputs] with its taps in reverse, and inputs and outputs in each other's place: [taps, outputs, inputs]. */
export const flippedKernel: Program = {
  key: 'flipped kernel',
  inputs: ['kernel'],
  uniforms: ['taps', 'columns', 'rows'],
  body: `
    let tap = uniforms.taps - 1 - index / (uniforms.columns * uniforms.rows);
    let column = index / uniforms.rows % uniforms.columns;
    let row = index % uniforms.rows;
    result[index] = kernel[(tap * uniforms.rows + row) * uniforms.columns + column];`,
};
