import { describe, expect, test } from '@jest/globals';
import {
  bytesField,
  floatField,
  integerField,
  messageField,
  packedField,
  textField,
} from '../../../../src/engine/tensorflow/graph/protobuf.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// The first three are the examples of https://protobuf.dev/programming-guides/encoding
describe('a field in the wire format', () => {
  test.each([
    ['150 in field 1', integerField(1, 150), '089601'],
    ['a text in field 2', textField(2, 'testing'), '120774657374696e67'],
    ['a message in field 3', messageField(3, [integerField(1, 150)]), '1a03089601'],
    ['a packed list in field 6', packedField(6, [3, 270, 86942]), '3206038e029ea705'],
    ['0', integerField(1, 0), '0800'],
    ['a negative number, of 64 bits', integerField(1, -2), '08feffffffffffffffff01'],
    ['the largest safe number', integerField(1, Number.MAX_SAFE_INTEGER), '08ffffffffffffff0f'],
    ['1 in single precision', floatField(4, 1), '250000803f'],
    ['field 16, whose tag takes two bytes', integerField(16, 1), '800101'],
    ['bytes', bytesField(1, Uint8Array.of(0, 255)), '0a0200ff'],
    ['nothing', messageField(1, []), '0a00'],
  ])('%s', (_name, encoded, expected) => {
    expect(hex(encoded)).toBe(expected);
  });
});
