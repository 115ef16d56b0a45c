/** Configs that no Keras writes: each ends in one error of ours, at once. */
import { describe, expect, test } from '@jest/globals';
import { FerError } from '../../../../src/errors.js';
import { normaliseKerasConfig } from '../../../../src/model/formats/keras/normaliseConfig.js';

type Entry = Record<string, unknown>;

function entry(className: string, name: string, fields: object, inputs: readonly string[]): Entry {
  const nodes = inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])];
  return { class_name: className, name, config: { name, ...fields }, inbound_nodes: nodes };
}

const image = entry('InputLayer', 'image', { batch_input_shape: [null, 4, 4, 1] }, []);

/** A functional model from `image` to `last`. */
function model(layers: readonly Entry[], last: string): unknown {
  const ends = { input_layers: [['image', 0, 0]], output_layers: [[last, 0, 0]] };
  return { class_name: 'Model', config: { name: 'hostile', layers: [image, ...layers], ...ends } };
}

const flat = (input: string): Entry => entry('Flatten', 'flat', {}, [input]);

/** The message, which must come within a second from a FerError that starts with the file's name. */
function messageOf(config: unknown): string {
  const started = performance.now();
  try {
    normaliseKerasConfig(config, 'model.h5');
  } catch (error) {
    expect(performance.now() - started).toBeLessThan(1000);
    expect(error).toBeInstanceOf(FerError);
    const { message } = error as FerError;
    expect(message).toMatch(/^model\.h5: /);
    expect(message.length).toBeLessThan(500);
    return message;
  }
  return 'nothing was refused';
}

describe('hostile configs', () => {
  test.each([
    [undefined],
    [null],
    [7],
    ['text'],
    [[]],
    [{}],
    [{ class_name: 'Sequential' }],
    [{ class_name: 'Model' }],
  ])('something else: %j', (value) => {
    expect(messageOf(value)).toContain('expected');
  });

  test.each([
    [{ class_name: 'Sequential', config: [] }, 'expected a list of layers, got none'],
    [{ class_name: 'Sequential', config: [null] }, 'expected a layer, got null'],
    [{ class_name: 'Sequential', config: [{ class_name: 'Dense' }] }, 'expected a layer name of 1 to 200'],
    [{ class_name: 'Sequential', config: [{ class_name: 'Dense', name: 'a' }] }, 'expected a config of layer a'],
    [
      { class_name: 'Sequential', config: [{ class_name: '\u001b[2J', name: 'a' }] },
      'expected the class_name of a layer',
    ],
    [model([entry('Flatten', 'a\u001b[31m', {}, ['image'])], 'flat'), 'expected a layer name of 1 to 200 printable'],
    [model([entry('Flatten', 'a'.repeat(1e6), {}, ['image'])], 'flat'), 'expected a layer name of 1 to 200 printable'],
    [model([flat('image'), flat('image')], 'flat'), 'expected different layer names, got flat twice'],
    [model([flat('nowhere')], 'flat'), 'expected the name of a layer, got "nowhere"'],
    [model([flat('image')], 'nowhere'), 'expected the name of a layer, got "nowhere"'],
    [model([{ ...flat('image'), inbound_nodes: 'image' }], 'flat'), 'expected layer flat to have inbound_nodes'],
    [model([{ ...flat('image'), inbound_nodes: [null] }], 'flat'), 'expected layer flat to have inbound_nodes'],
    [model([{ ...flat('image'), inbound_nodes: [[['image', 1, 0]]] }], 'flat'), 'takes output ["image",1,0]; expected'],
    [model([{ ...flat('image'), inbound_nodes: [] }], 'flat'), 'expects one input, got 0'],
    [
      model([flat('image'), entry('Dense', 'lost', { units: 2 }, ['flat'])], 'flat'),
      'expected something to read layer lost',
    ],
    [model([image], 'image'), 'expected different layer names, got image twice'],
    [
      model([{ ...entry('InputLayer', 'second', image['config'] as object, []) }, flat('image')], 'flat'),
      'expected image as the only InputLayer, got second',
    ],
    [
      {
        class_name: 'Model',
        config: {
          layers: [{ ...image, inbound_nodes: [[['flat', 0, 0]]] }, flat('image')],
          input_layers: ['image', 0, 0],
          output_layers: ['flat', 0, 0],
        },
      },
      'Layer image depends on its own output',
    ],
    [model([], 'image'), 'Layer image (InputLayer) is the output and gives [4, 4, 1]; expected [classes]'],
  ])('structure %#', (config, message) => {
    expect(messageOf(config)).toContain(message);
  });

  test('a name of the network that a terminal would obey', () => {
    const { config } = model([flat('image')], 'flat') as { config: object };
    const read = normaliseKerasConfig({ class_name: 'Model', config: { ...config, name: '\u001b[2J' } }, 'model.h5');
    expect(read.config.name).toBe('model');
  });

  test('a layer that depends on itself', () => {
    const relu = (name: string, input: string): Entry => entry('ReLU', name, {}, [input]);
    expect(messageOf(model([relu('a', 'b'), relu('b', 'a'), flat('a')], 'flat'))).toContain(
      'depends on its own output',
    );
  });

  test('2,000 layers in reverse order run, one more does not, and neither takes a second', () => {
    const chain = (count: number): unknown => {
      const layers = Array.from({ length: count - 2 }, (_, i) =>
        entry('ReLU', `r${i}`, {}, [i === 0 ? 'image' : `r${i - 1}`]),
      );
      return model([flat(`r${count - 3}`), ...layers.reverse()], 'flat');
    };
    expect(messageOf(chain(2000))).toBe('nothing was refused');
    expect(messageOf(chain(2001))).toContain('expected at most 2000 layers, got 2001');
  });

  test('nesting without end', () => {
    const deep: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
    expect(messageOf(deep)).toContain('expected a config nested at most 100 deep');
    expect(messageOf(model([entry('Flatten', 'flat', { data_format: deep }, ['image'])], 'flat'))).toContain(
      '100 deep',
    );
  });

  test.each([
    [{ filters: 1e12, kernel_size: 3 }, '4000000000000 values; expected at most 16777216'],
    [{ filters: 1e300, kernel_size: 3 }, 'expected filters to be a whole number'],
    [{ filters: -1, kernel_size: 3 }, 'expected filters to be a whole number of at least 1, got -1'],
    [{ filters: '8', kernel_size: 3 }, 'expected filters to be a whole number of at least 1, got "8"'],
    [{ filters: 1, kernel_size: [1e9, 1e9], padding: 'same' }, 'expected no weight of more than'],
    [{ filters: 1, kernel_size: 3, strides: 0 }, 'expected strides to be a positive whole number'],
    [{ filters: 1, kernel_size: 3, use_bias: 'no' }, 'expected use_bias to be true or false'],
    [{ filters: 1, kernel_size: 9 }, 'slides a 9x9 window over an input of 4x4'],
    [
      { filters: 1, kernel_size: 3, kernel_regularizer: { class_name: 'L2', config: { l2: -1 } } },
      'kernel_regularizer',
    ],
    [
      { filters: 1, kernel_size: 3, kernel_regularizer: { class_name: 'L2', config: { l2: '1' } } },
      'kernel_regularizer',
    ],
    [{ filters: 1, kernel_size: 3, activation: {} }, 'expected the class_name of a layer'],
  ])('numbers and types %j', (fields, message) => {
    expect(messageOf(model([entry('Conv2D', 'conv', fields, ['image']), flat('conv')], 'flat'))).toContain(message);
  });

  test('activations within activations', () => {
    const stack = (count: number): unknown => {
      let activation: unknown = 'relu';
      for (let depth = 0; depth < count; depth += 1) activation = { class_name: 'Activation', config: { activation } };
      return model([entry('Activation', 'act', { activation }, ['image']), flat('act')], 'flat');
    };
    expect(messageOf(stack(3))).toBe('nothing was refused');
    expect(messageOf(stack(40))).toContain('expected a layer name of 1 to 200 printable characters');
    expect(messageOf(stack(90))).toContain('nested at most 100 deep');
  });

  test('images and poolings without measure', () => {
    const huge = { ...image, config: { batch_input_shape: [null, 1e6, 1e6, 1] } };
    const config = { layers: [huge, flat('image')], input_layers: ['image', 0, 0], output_layers: ['flat', 0, 0] };
    expect(messageOf({ class_name: 'Model', config })).toContain(
      'Layer image (InputLayer) gives [1000000, 1000000, 1], 1000000000000 values; expected at most 4194304',
    );
    const pool = entry('MaxPooling2D', 'pool', { pool_size: 1e9, strides: 1, padding: 'same' }, ['image']);
    expect(messageOf(model([pool, flat('pool')], 'flat'))).toContain('has pool_size 1000000000, which');
    const pad = entry('ZeroPadding2D', 'pad', { padding: 1e9 }, ['image']);
    expect(messageOf(model([pad, flat('pad')], 'flat'))).toContain('values; expected at most 16777216');
  });

  test('names of what every object has', () => {
    const parsed: unknown = JSON.parse(
      JSON.stringify(model([flat('image')], 'flat'))
        .replaceAll('"flat"', '"__proto__"')
        .replace('"class_name"', '"__proto__":{"polluted":true},"class_name"'),
    );
    expect(messageOf(parsed)).toBe('nothing was refused');
    const fields = JSON.parse('{"__proto__":{"polluted":true}}') as object;
    const withField = { ...flat('image'), config: fields };
    expect(messageOf(model([withField], 'flat'))).toContain('has a field "__proto__" with value {"polluted":true}');
    expect(messageOf(model([entry('constructor', 'flat', {}, ['image'])], 'flat'))).toContain(
      '(constructor) cannot run',
    );
    expect(messageOf(model([entry('Flatten', 'flat', { constructor: 1 }, ['image'])], 'flat'))).toContain(
      '"constructor"',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
