import { describe, expect, test } from '@jest/globals';
import {
  float,
  flag,
  integers,
  shape,
  tensor,
  text,
  type,
} from '../../../../src/engine/tensorflow/graph/attributes.js';
import { encodeGraph } from '../../../../src/engine/tensorflow/graph/graphDef.js';
import { GraphWriter, outputOf } from '../../../../src/engine/tensorflow/graph/graphWriter.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// As tensorflow.core.framework of TensorFlow 2.21 serialises them in Python.
describe('an attribute is the AttrValue', () => {
  test.each([
    ['of a type', type('float32'), '3001'],
    ['of a text', text('SAME'), '120453414d45'],
    ['of a flag', flag(true), '2801'],
    ['of a number', float(0.5), '250000003f'],
    ['of a list', integers([1, 2, 2, 1]), '0a061a0401020201'],
    ['of a shape', shape([-1, 7]), '3a11120b08ffffffffffffffffff0112020807'],
    ['of an unknown shape', shape(undefined), '3a021801'],
    ['of a scalar', tensor({ type: 'int32', shape: [], values: [3] }), '420a080312002204' + '03000000'],
    [
      'of a vector',
      tensor({ type: 'float32', shape: [2], values: [1, 0] }),
      '421208011204120208022208' + '0000803f00000000',
    ],
  ])('%s', (_name, encoded, expected) => {
    expect(hex(encoded)).toBe(expected);
  });
});

describe('GraphWriter', () => {
  test('names nodes after the layer and the operation, and gives a constant once', () => {
    const graph = new GraphWriter();
    graph.scope = '_my layer';
    const one = graph.number(1);
    const input = graph.placeholder('float32', [-1]);
    const sum = graph.compute('AddV2', [input, one]);
    expect([one, input, sum]).toEqual(['my_layer/Const_0', 'my_layer/Placeholder_1', 'my_layer/AddV2_2']);
    expect(graph.number(1)).toBe(one);
    expect(graph.size).toBe(3);
    expect([outputOf(sum, 0), outputOf(sum, 2)]).toEqual([sum, `${sum}:2`]);
  });

  test('encodes a node with its inputs and attributes, and the version', () => {
    const encoded = encodeGraph([
      { name: 'a', operation: 'Relu', inputs: ['b', '^c'], attributes: { T: type('float32') } },
    ]);
    // node: name, op, input, input, attr { key, value }; versions { producer: 1087 }
    expect(hex(encoded)).toBe(
      '0a19' + '0a0161' + '120452656c75' + '1a0162' + '1a025e63' + '2a07' + '0a0154' + '12023001' + '220308bf08',
    );
  });
});
