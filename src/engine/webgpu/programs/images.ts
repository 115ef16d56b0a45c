/** Images that come as bytes. */
import { scalingFormulas, type Scaling } from '../../../scaling.js';
import type { Program } from '../program.js';

/** Grey levels, four to a word with the first in its lowest byte, as scaled pixels. */
export function unpackImages(scaling: Scaling): Program {
  const { divisor, shift } = scalingFormulas[scaling];
  return {
    key: `unpack images ${scaling}`,
    inputs: ['levels'],
    uniforms: [],
    body: `
      let level = f32((bitcast<u32>(levels[index / 4]) >> (u32(index % 4) * 8u)) & 255u);
      result[index] = level / f32(${divisor}) - f32(${shift});`,
  };
}
