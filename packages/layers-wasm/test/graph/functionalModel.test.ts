/** Configs as files have them: read, or refused in a sentence that names the layer. */
import { describe, expect, test } from '@jest/globals';
import { readFunctional } from '../../src/graph/functionalModel.js';

const node = (...producers: string[]) => [producers.map((name) => [name, 0, 0, {}])];

/** An input and two layers, of which one field is changed; `undefined` takes it away. */
function model(change: Record<string, unknown> = {}, layer: Record<string, unknown> = {}) {
  const layers = [
    { class_name: 'InputLayer', name: 'images', config: {}, inbound_nodes: [] },
    { class_name: 'ReLU', name: 'odd', config: {}, inbound_nodes: node('images'), ...layer },
    { class_name: 'Add', name: 'sum', config: {}, inbound_nodes: node('odd', 'images') },
  ];
  const ends = { input_layers: [['images', 0, 0]], output_layers: [['sum', 0, 0]] };
  return { class_name: 'Functional', config: { name: 'model', layers, ...ends, ...change } };
}

const read = {
  layers: [
    { class_name: 'InputLayer', name: 'images', config: {}, producers: [] },
    { class_name: 'ReLU', name: 'odd', config: {}, producers: ['images'] },
    { class_name: 'Add', name: 'sum', config: {}, producers: ['odd', 'images'] },
  ],
  output: 'sum',
};

test.each<[string, unknown]>([
  ['model_config of a Keras file', model()],
  ['modelTopology of a file that a converter wrote', { keras_version: '2.15.0', model_config: model() }],
  ['a whole model.json', { modelTopology: model(), weightsManifest: [] }],
  [
    'one that a converter wrote',
    { modelTopology: { backend: 'tensorflow', model_config: model() }, weightsManifest: [] },
  ],
  ['arguments that say nothing', model({}, { inbound_nodes: [[['images', 0, 0, { training: null, mask: null }]]] })],
  ['tensors without arguments', model({}, { inbound_nodes: [[['images', 0, 0]]] })],
  ['a single tensor without its list', model({}, { inbound_nodes: [['images', 0, 0, {}]] })],
  ['a single end without its list', model({ input_layers: ['images', 0, 0], output_layers: ['sum', 0, 0] })],
])('is read: %s', (_, file) => {
  expect(readFunctional(file)).toEqual(read);
});

describe('MODEL_INVALID', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /^The config must be an object, as JSON\.parse gives it, got undefined\.$/],
    ['the text of a file', JSON.stringify(model()), /^The config must be an object.* got String\.$/],
    [
      'no config',
      { class_name: 'Functional' },
      /^The config must be \{ class_name, config: .* got \{"class_name":"Functional"\}\.$/,
    ],
    ['no layers', model({ layers: null }), /^The config must be .* layers/],
    [
      'no input_layers',
      model({ input_layers: undefined }),
      /^input_layers must be \[\[name, 0, 0\]\], got undefined\.$/,
    ],
    ['output_layers without names', model({ output_layers: [0, 0] }), /^output_layers must be .* got \[0,0\]\.$/],
    ['a layer that is none', model({ layers: [null] }), /^layers\[0\] must be an object, got null\.$/],
    ['a layer without a name', model({}, { name: undefined }), /^layers\[1\] must have a name, got undefined\.$/],
    [
      'a layer with a function for a name',
      model({}, { name: () => 'odd' }),
      /^layers\[1\] must have a name, got function\.$/,
    ],
    ['a layer without a class', model({}, { class_name: 1 }), /^Layer "odd" must have a class_name, got 1\.$/],
    [
      'a layer without a config',
      model({}, { config: undefined }),
      /^Layer "odd" \(ReLU\) must have a config .* got undefined\.$/,
    ],
    [
      'a layer without inbound_nodes',
      model({}, { inbound_nodes: undefined }),
      /^Layer "odd" \(ReLU\): inbound_nodes must be .* got undefined\.$/,
    ],
    ['nodes that are none', model({}, { inbound_nodes: [7] }), /^Layer "odd" .*inbound_nodes must be .* got \[7\]\.$/],
    [
      'tensors that are none',
      model({}, { inbound_nodes: [[[0, 0]]] }),
      /^Layer "odd" .*inbound_nodes must be .* got \[\[\[0,0\]\]\]\.$/,
    ],
  ])('%s', (_, file, message) => {
    expect(() => readFunctional(file)).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringMatching(message) }),
    );
  });
});

describe('MODEL_UNSUPPORTED', () => {
  const keras3 = [
    { args: [{ class_name: '__keras_tensor__', config: { keras_history: ['images', 0, 0] } }], kwargs: {} },
  ];
  test.each<[string, unknown, RegExp]>([
    ['a Sequential model', { class_name: 'Sequential', config: [] }, /got class_name Sequential\. .*tf\.model/],
    [
      'several outputs',
      model({
        output_layers: [
          ['sum', 0, 0],
          ['odd', 0, 0],
        ],
      }),
      /got 1 inputs and 2 outputs/,
    ],
    [
      'the second output of a layer at the end',
      model({ output_layers: [['sum', 0, 1]] }),
      /^output_layers .* got \["sum",0,1\]/,
    ],
    [
      'a layer used twice',
      model({}, { inbound_nodes: [...node('images'), ...node('images')] }),
      /"odd".*more than once/,
    ],
    ['inbound_nodes of Keras 3', model({}, { inbound_nodes: keras3 }), /"odd".*Keras 3/],
    [
      'the second use of a producer',
      model({}, { inbound_nodes: [[['images', 1, 0, {}]]] }),
      /"odd".*it takes output \["images",1,0,\{\}\]/,
    ],
    [
      'the second output of a producer',
      model({}, { inbound_nodes: [[['images', 0, 5, {}]]] }),
      /"odd".*it takes output/,
    ],
    [
      'a call with training',
      model({}, { inbound_nodes: [[['images', 0, 0, { training: false }]]] }),
      /"odd".*it is called with training false; expected no arguments\.$/,
    ],
  ])('%s', (_, file, message) => {
    expect(() => readFunctional(file)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(message) }),
    );
  });
});
