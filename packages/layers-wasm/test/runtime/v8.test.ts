/** Which versions of V8 are asked for joined vectors: those of Node 20, 22, 24, 26 and others. */
import { expect, test } from '@jest/globals';
import { joinsCode } from '../../src/runtime/v8.js';

test.each([
  ['11.3.244.8-node.33', { strict: false, fused: false }],
  ['12.4.254.21-node.35', { strict: true, fused: false }],
  ['13.6.233.17-node.48', { strict: true, fused: true }],
  ['14.6.202.34-node.34', { strict: true, fused: true }],
  ['13.60.1', { strict: false, fused: false }],
])('V8 %s', (v8, expected) => {
  expect({ strict: joinsCode(v8, { fused: false }), fused: joinsCode(v8, { fused: true }) }).toEqual(expected);
});
