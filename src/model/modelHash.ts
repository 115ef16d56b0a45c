/** A name for a model's weights that changes when any of them does. */
import { createHash } from 'node:crypto';
import type { NamedWeights } from './modelFile.js';

/** SHA-256, in hex, over the weights in their order: each name, shape and little-endian float32 values. */
export function modelHash(weights: NamedWeights): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of weights) {
    hash.update(`${name} [${shape.join(', ')}]\n`);
    const bytes = new DataView(new ArrayBuffer(data.length * 4));
    data.forEach((value, index) => bytes.setFloat32(index * 4, value, true));
    hash.update(bytes);
  }
  return hash.digest('hex');
}
