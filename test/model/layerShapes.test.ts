import { describe, expect, test } from '@jest/globals';
import { describeLayers } from '../../src/model/describeLayers.js';
import { inputShapeOf, layerShapes } from '../../src/model/layerShapes.js';
import { chain } from './fixtureModel.js';

describe('layerShapes', () => {
  test.each<[string, Record<string, unknown>, number[]]>([
    ['Conv2D', { filters: 5, kernel_size: 3 }, [5, 6, 5]],
    ['Conv2D', { filters: 5, kernel_size: [3, 1], strides: 2 }, [3, 4, 5]],
    ['Conv2D', { filters: 5, kernel_size: 3, dilation_rate: 2 }, [3, 4, 5]],
    ['Conv2D', { filters: 5, kernel_size: 3, strides: [2, 3], padding: 'same' }, [4, 3, 5]],
    ['SeparableConv2D', { filters: 5, kernel_size: 3, padding: 'same' }, [7, 8, 5]],
    ['DepthwiseConv2D', { kernel_size: 3, depth_multiplier: 4 }, [5, 6, 8]],
    ['MaxPooling2D', {}, [3, 4, 2]],
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: 'same' }, [4, 4, 2]],
    ['AveragePooling2D', { pool_size: [7, 8] }, [1, 1, 2]],
    ['GlobalAveragePooling2D', {}, [2]],
    ['GlobalMaxPooling2D', {}, [2]],
    ['Flatten', {}, [112]],
    ['Dense', { units: 9 }, [7, 8, 9]],
    ['ZeroPadding2D', {}, [9, 10, 2]],
    ['ZeroPadding2D', { padding: [0, 3] }, [7, 14, 2]],
    [
      'ZeroPadding2D',
      {
        padding: [
          [1, 2],
          [3, 4],
        ],
      },
      [10, 15, 2],
    ],
    ['BatchNormalization', {}, [7, 8, 2]],
    ['Activation', { activation: 'relu' }, [7, 8, 2]],
    ['ReLU', {}, [7, 8, 2]],
    ['Softmax', {}, [7, 8, 2]],
    ['Dropout', { rate: 0.5 }, [7, 8, 2]],
  ])('%s %j of a 7x8x2 input', (className, fields, expected) => {
    expect(layerShapes(chain([7, 8, 2], [[className, fields]])).get('layer_1')!.output).toEqual(expected);
  });

  test('a height or width that the input leaves open stays open, and channels are known all the same', () => {
    const config = chain(
      [7, 8, 2],
      [
        ['ZeroPadding2D', {}],
        ['Conv2D', { filters: 5, kernel_size: 3, strides: 2 }],
        ['MaxPooling2D', {}],
        ['GlobalAveragePooling2D', {}],
      ],
    );
    const [input] = config.config.layers;
    input!.config['batch_input_shape'] = [null, null, 8, 2];
    const outputs = [...layerShapes(config).values()].map(({ output }) => output);
    expect(outputs).toEqual([[NaN, 8, 2], [NaN, 10, 2], [NaN, 4, 5], [NaN, 2, 5], [5]]);
    input!.config['batch_input_shape'] = [null, 7, 8, null];
    expect(() => layerShapes(config)).toThrow('expected batch_input_shape to be [null, height, width, channels]');
  });

  test('refuses images of more memory than any classifier of faces needs', () => {
    const padded =
      (padding: number): (() => unknown) =>
      () =>
        layerShapes(chain([16, 16, 1], [['ZeroPadding2D', { padding }]]));
    expect(padded(2040)()).toBeDefined(); // 4096x4096
    expect(padded(2041)).toThrow(
      'Layer layer_1 (ZeroPadding2D) gives [4098, 4098, 1], 16793604 values; expected at most 16777216.',
    );
    expect(() => layerShapes(chain([2048, 2049, 1], []))).toThrow('4196352 values; expected at most 4194304');
    const open = chain([16, 16, 1], [['ZeroPadding2D', { padding: 5000 }]]);
    open.config.layers[0]!.config['batch_input_shape'] = [null, null, null, 1];
    expect(layerShapes(open).get('layer_1')!.output).toEqual([NaN, NaN, 1]);
  });

  test('does not depend on the order of the layers', () => {
    const config = chain(
      [7, 8, 2],
      [
        ['Flatten', {}],
        ['Dense', { units: 3 }],
      ],
    );
    config.config.layers.reverse();
    expect(describeLayers(config).map((layer) => [layer.name, layer.outputShape])).toEqual([
      ['layer_2', [3]],
      ['layer_1', [112]],
      ['input', [7, 8, 2]],
    ]);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['LSTM', { units: 3 }, 'MODEL_UNSUPPORTED', 'Layer layer_1 has class LSTM; expected one of InputLayer, Conv2D'],
    [
      'Conv2D',
      { kernel_size: 3 },
      'MODEL_INVALID',
      'layer_1 (Conv2D): expected filters to be a whole number of at least 1, got nothing',
    ],
    ['Conv2D', { filters: 2, kernel_size: [3, 3, 3] }, 'MODEL_INVALID', 'expected kernel_size to be'],
    ['Conv2D', { filters: 2, kernel_size: 3, groups: 2 }, 'MODEL_INVALID', 'expected groups to be 1, got 2'],
    ['Conv2D', { filters: 2, kernel_size: 8 }, 'MODEL_INVALID', 'slides a 8x8 window over an input of 7x8'],
    ['MaxPooling2D', { padding: 'causal' }, 'MODEL_INVALID', 'padding to be "valid" or "same", got "causal"'],
    ['MaxPooling2D', { data_format: 'channels_first' }, 'MODEL_INVALID', 'data_format to be "channels_last"'],
    ['ZeroPadding2D', { padding: [[1, 2]] }, 'MODEL_INVALID', 'padding to be [[top, bottom], [left, right]]'],
    ['Add', {}, 'MODEL_INVALID', 'expects two or more inputs of one shape, got [7, 8, 2]'],
  ])('refuses %s %j', (className, fields, code, problem) => {
    const shapes = () => layerShapes(chain([7, 8, 2], [[className, fields]]));
    expect(shapes).toThrow(expect.objectContaining({ code, message: expect.stringContaining(problem) }));
  });

  test('refuses an image layer on a vector', () => {
    const config = chain(
      [7, 8, 2],
      [
        ['Flatten', {}],
        ['MaxPooling2D', {}],
      ],
    );
    expect(() => layerShapes(config)).toThrow(
      'layer_2 (MaxPooling2D) expects an input of [height, width, channels], got [112]',
    );
  });

  test('refuses a size that is not fixed, a loop, a missing input and a shared layer', () => {
    expect(() => layerShapes(chain([7, 0, 2], []))).toThrow('expected batch_input_shape to be');
    const config = chain(
      [7, 8, 2],
      [
        ['ReLU', {}],
        ['ReLU', {}],
      ],
    );
    const nodes = config.config.layers[1]!.inbound_nodes;
    nodes[0]![0]![0] = 'layer_2';
    expect(() => layerShapes(config)).toThrow('depends on its own output');
    nodes[0]![0]![0] = 'nowhere';
    expect(() => layerShapes(config)).toThrow('Layer layer_1 takes its input from "nowhere", which is not a layer');
    nodes[0]![0]![0] = 'input';
    nodes.push([['input', 0, 0, {}]]);
    expect(() => layerShapes(config)).toThrow('Layer layer_1 is used 2 times');
  });
});

test('inputShapeOf is the shape of the input layer, and names one that is not there', () => {
  const config = chain([7, 8, 2], [['Flatten', {}]]);
  expect(inputShapeOf(config)).toEqual([7, 8, 2]);
  config.config.input_layers = [['nowhere', 0, 0]];
  expect(() => inputShapeOf(config)).toThrow(/input from "nowhere", which is not a layer/);
});
