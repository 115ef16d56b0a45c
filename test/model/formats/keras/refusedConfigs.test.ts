/** What cannot run is named: layer, field and value. */
import { describe, expect, test } from '@jest/globals';
import { normaliseKerasConfig } from '../../../../src/model/formats/keras/normaliseConfig.js';
import { keras3 } from './keras3Fixture.js';
import { keras12, keras205 } from './legacyConfigs.js';

/** What the message says behind `Layer odd (`, for every network that makeConfigsFixture.py has under this name. */
const refused: [network: string, message: RegExp][] = [
  ['LeakyReLU', /^LeakyReLU\) cannot run here: expected one of InputLayer, Conv2D, .*ReLU, Softmax/],
  ['negative_slope', /^ReLU\) has negative_slope 0.25, which cannot run here: expected 0\.$/],
  ['threshold', /^ReLU\) has threshold 0.5, which cannot run here: expected 0\.$/],
  ['max_value', /^ReLU\) has max_value 0, which cannot run here: expected a number above 0, or null\.$/],
  ['tanh', /^Conv2D\) has activation "tanh", which cannot run here: expected linear, relu, relu6, softmax\.$/],
  ['sigmoid', /^Activation\) has activation "sigmoid", which/],
  ['channels_first', /^Flatten\) has data_format "channels_first", which cannot run here: expected "channels_last"\.$/],
  ['dilation_rate', /^Conv2D\) has dilation_rate \[2,2\], which cannot run here: expected \[1,1\] or 1\.$/],
  ['groups', /^Conv2D\) has groups 2, which cannot run here: expected 1\.$/],
  ['axis', /^BatchNormalization\): expected axis to be -1 or 3, the channels, got 1\./],
  ['renorm', /^BatchNormalization\) has renorm true, which/],
  ['softmax axis', /^Softmax\) has axis 2, which cannot run here: expected -1 or 1 or \[-1\]\.$/],
  ['softmax inside', /^Activation\) has a softmax; expected one at the end only\.$/],
  ['keepdims', /^GlobalAveragePooling2D\) has keepdims true, which/],
  ['image as output', /^Conv2D\) is the output and gives \[6, 8, 2\]; expected \[classes\]\.$/],
  ['rescaling', /^Rescaling\) has scale 0.5, .* Take the layer out and say its scaling with --scaling\.$/],
  ['concatenate', /^Concatenate\) cannot run here/],
  ['reshape', /^Reshape\) has target_shape \[8,12\], which/],
  ['L1', /^Conv2D\) has kernel_regularizer \{.*"L1".*, which cannot run here: expected an L2 regulariser\.$/],
  ['activity_regularizer', /^Conv2D\) has activity_regularizer \{.*, which cannot run here: expected no penalty/],
  ['constraint', /^Conv2D\) has bias_constraint \{.*, which cannot run here: expected no constraint\.$/],
  ['noise_shape', /^Dropout\) has noise_shape \[null,1,1,2\], which/],
  ['nested', /^Sequential\) is a model within the model; expected single layers/],
  ['shared', /^Conv2D\) is used 2 times; expected once/],
];

/** The same for networks whose layer has a name that Keras gave it. */
const elsewhere: [network: string, message: string][] = [
  ['leaky activation layer', 'Layer odd_activation (LeakyReLU) cannot run here: expected one of'],
  ['multiplication', 'Layer multiply (Multiply) is an operation of keras.src.ops.numpy, which cannot run here'],
  ['number in a sum', 'Layer add (Add) takes 2; expected outputs of layers.'],
  ['two outputs', 'expected one layer in output_layers, got [["classes",0,0],["odd",0,0]]. Save a model of'],
  ['whole numbers', 'Layer image (InputLayer) has dtype "int32", which cannot run here: expected one of float32'],
  ['sequence', 'Layer image (InputLayer) has batch_shape [null,5,2], which cannot run here: expected an image'],
];

function messageOf(config: unknown): string {
  try {
    normaliseKerasConfig(config, 'model.h5');
    return 'nothing was refused';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('networks of Keras 3 that cannot run', () => {
  test('every one of the fixture is here', () => {
    expect([...refused, ...elsewhere].map(([network]) => network).sort()).toEqual(Object.keys(keras3.refused).sort());
  });

  test.each(refused)('%s', (network, expected) => {
    const message = messageOf(keras3.refused[network]);
    expect(message).toMatch(/^model\.h5: Layer odd \(/);
    expect(message.replace('model.h5: Layer odd (', '')).toMatch(expected);
  });

  test.each(elsewhere)('%s', (network, expected) => {
    expect(messageOf(keras3.refused[network])).toContain(`model.h5: ${expected}`);
  });
});

/** `config` with other fields in the layer `name`. */
function changed(config: unknown, name: string, fields: Record<string, unknown>): unknown {
  const copy = structuredClone(config) as { config: { layers: { name: string; config: object }[] } };
  const layer = copy.config.layers.find((candidate) => candidate.name === name)!;
  layer.config = { ...layer.config, ...fields };
  return copy;
}

describe('fields of Keras 1 go by the name that the file has', () => {
  const cases: [layer: string, fields: Record<string, unknown>, message: string][] = [
    ['conv', { dim_ordering: 'th' }, 'Layer conv (Conv2D) has dim_ordering "th", which cannot run here'],
    ['conv', { border_mode: 'full' }, 'has border_mode "full", which cannot run here: expected "valid" or "same"'],
    ['conv', { W_regularizer: { name: 'WeightRegularizer', l1: 0.5, l2: 0 } }, 'has W_regularizer {"name"'],
    ['conv', { b_constraint: { name: 'MaxNorm', m: 2 } }, 'has b_constraint {"name":"MaxNorm","m":2}, which'],
    ['norm', { mode: 1 }, 'Layer norm (BatchNormalization) has mode 1, which cannot run here: expected 0.'],
    ['norm', { mode: 2 }, 'Layer norm (BatchNormalization) has mode 2, which'],
    ['sum', { mode: 'concat' }, 'Layer sum (Merge) has mode "concat", which cannot run here: expected "sum".'],
    ['sum', { mode_type: 'lambda' }, 'Layer sum (Merge) has mode "sum"'],
    ['drop', { p: 1 }, 'Layer drop (Dropout) has p 1, which cannot run here: expected a number from 0 to below 1.'],
  ];
  test.each(cases)('%s %j', (layer, fields, message) => {
    expect(messageOf(changed(keras12, layer, fields))).toContain(message);
  });
});

describe('fields and calls of Keras 2', () => {
  test('a field that is not known is named unless it is null', () => {
    expect(messageOf(changed(keras205, 'pool', { ceil_mode: true }))).toBe(
      'model.h5: Layer pool (MaxPooling2D) has a field "ceil_mode" with value true, which is not known here.',
    );
    expect(messageOf(changed(keras205, 'pool', { ceil_mode: null }))).toBe('nothing was refused');
  });

  test('training true in a call keeps dropout at work in Keras 2; training false is remarked', () => {
    const calledWith = (options: object) => {
      const copy = structuredClone(keras205) as { config: { layers: { inbound_nodes: unknown[] }[] } };
      copy.config.layers[8]!.inbound_nodes = [[['sum', 0, 0, options]]];
      return messageOf(copy);
    };
    expect(calledWith({ training: true })).toContain('Layer drop (Dropout) is called with "training" true, which');
    expect(calledWith({ mask: ['conv', 0, 0] })).toContain('is called with "mask" ["conv",0,0], which');
    expect(calledWith({ training: false, mask: null })).toBe('nothing was refused');
  });

  test('quantised weights and classes that only bear the name of a layer', () => {
    const quantised = { class_name: 'QuantizedDTypePolicy', config: { name: 'int8_from_float32' } };
    expect(messageOf(changed(keras205, 'classes', { dtype: quantised }))).toContain(
      'Layer classes (Dense) has dtype {',
    );
    const custom = structuredClone(keras3.runs['sequential']!.config) as { config: { layers: object[] } };
    Object.assign(custom.config.layers[1]!, { module: 'my_layers' });
    expect(messageOf(custom)).toContain(
      'Layer conv (Conv2D) is a class of module "my_layers"; expected a class of Keras',
    );
    Object.assign(custom.config.layers[1]!, { module: null, registered_name: 'Custom>Conv2D' });
    expect(messageOf(custom)).toContain('Layer conv (Conv2D) is a class of "Custom>Conv2D"; expected a class of Keras');
  });
});
