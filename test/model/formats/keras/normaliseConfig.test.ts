import { describe, expect, test } from '@jest/globals';
import { architectureNames, buildArchitecture } from '../../../../src/model/architectures.js';
import { normaliseKerasConfig, readKerasConfig } from '../../../../src/model/formats/keras/normaliseConfig.js';
import type { LayerConfig, LayersConfig } from '../../../../src/model/modelFile.js';
import { distanceFromKeras, keras3, keras3Architectures, tinyShape } from './keras3Fixture.js';
import { keras12, keras12Sequential, keras205, keras21, keras212, keras212Sequential } from './legacyConfigs.js';

const faces = { inputShape: [48, 48, 1], classes: 7 } as const;

function producersOf({ config }: LayersConfig): Record<string, string[]> {
  const producers = (layer: LayerConfig): string[] => (layer.inbound_nodes[0] ?? []).map(([name]) => name);
  return Object.fromEntries(config.layers.map((layer) => [layer.name, producers(layer)]));
}

describe('networks of Keras 3', () => {
  test.each(Object.keys(keras3.runs))('%s: predicts as Keras does', async (name) => {
    const run = keras3.runs[name]!;
    const config = normaliseKerasConfig(run.config, name, tinyShape);
    expect(await distanceFromKeras(config, run)).toBeLessThan(1e-6);
  });

  test.each(architectureNames)('%s, built in Keras, is our own config', (name) => {
    const read = normaliseKerasConfig(keras3Architectures()[name], name);
    const own = buildArchitecture(name, faces);
    expect(comparable(read)).toEqual(comparable(own));
    expect(read.config.output_layers).toEqual(own.config.output_layers);
  });

  test('an activation that is a layer comes behind its layer, under a name that is free', () => {
    const { config } = keras3.runs['activation layers']!;
    const read = normaliseKerasConfig(config, 'model.h5');
    expect(producersOf(read)).toEqual({
      image: [],
      conv: ['image'],
      conv_activation: ['conv'],
      again: ['conv_activation'],
      again_activation: ['again'],
      largest: ['again_activation'],
      classes: ['largest'],
      classes_activation: ['classes'],
    });
    expect(read.config.layers[2]).toMatchObject({ class_name: 'ReLU', config: { max_value: 0.5 } });
    expect(read.config.output_layers).toEqual([['classes_activation', 0, 0]]);
  });

  test('number types, frozen layers and noise that Keras adds in training are remarked', () => {
    const remarksOn = (config: unknown) => readKerasConfig(config, 'model.h5').remarks;
    expect(remarksOn(keras3.mixed)).toEqual(['mixed_float16 runs in float32 here (conv, mean, classes)']);
    expect(remarksOn(keras3.runs['sums']!.config)).toEqual([
      'trainable false is not kept: say what to freeze with --freeze (frozen)',
    ]);
    expect(remarksOn(keras3.runs['passing']!.config)).toContain(
      'SpatialDropout2D does nothing here, not even in training (spatial)',
    );
    expect(remarksOn(keras3.runs['classic']!.config)).toEqual([]);
    const { config } = buildArchitecture('simple-cnn', faces);
    const logits = {
      ...config,
      layers: config.layers.slice(0, -1),
      output_layers: [[config.layers.at(-2)!.name, 0, 0]],
    };
    expect(remarksOn({ class_name: 'Model', config: logits })).toEqual([
      'the outputs are no probabilities, because no softmax makes them (global_average_pooling2d_1)',
    ]);
  });
});

describe('networks of earlier versions', () => {
  const classic = keras3.runs['classic']!;
  const versions: [string, unknown][] = [
    ['1.2', keras12],
    ['2.0.5', keras205],
    ['2.1', keras21],
    ['2.12', keras212],
  ];

  test.each(versions)('Keras %s: predicts as Keras 3 does with the same weights', async (_version, config) => {
    expect(await distanceFromKeras(normaliseKerasConfig(config, 'model.h5'), classic)).toBeLessThan(1e-6);
  });

  test.each([
    ['1.2', keras12Sequential],
    ['2.12', keras212Sequential],
  ])('Keras %s, Sequential: predicts as Keras 3 does with the same weights', async (_version, config) => {
    const read = normaliseKerasConfig(config, 'model.h5');
    expect(read.config.input_layers).toEqual([['conv_input', 0, 0]]);
    expect(await distanceFromKeras(read, keras3.runs['sequential']!)).toBeLessThan(1e-6);
  });

  test.each(versions)('Keras %s: the same config as that of Keras 3', (_version, config) => {
    expect(comparable(normaliseKerasConfig(config, 'model.h5'))).toEqual(
      comparable(normaliseKerasConfig(classic.config, 'model.h5')),
    );
  });

  test.each(versions)('Keras %s: initialisers and the penalty of the first convolution stay', (_version, config) => {
    const { layers } = normaliseKerasConfig(config, 'model.h5').config;
    expect(layers[1]!.config).toMatchObject({
      kernel_initializer: {
        class_name: 'VarianceScaling',
        config: { scale: 1, mode: 'fan_avg', distribution: 'uniform' },
      },
      kernel_regularizer: { class_name: 'L1L2', config: { l1: 0, l2: 0.5 } },
    });
    expect(layers.map(({ name }) => name)).toEqual([
      'image',
      'conv',
      'norm',
      'rectify',
      'shortcut',
      'separable',
      'pool',
      'sum',
      'drop',
      'flat',
      'classes',
    ]);
  });

  test.each(architectureNames)('%s as we write it, in the layout of Keras 2.0.5, stays as it is', (name) => {
    const config = buildArchitecture(name, faces);
    expect(readKerasConfig(structuredClone(config), name)).toEqual({ config, remarks: [] });
  });

  // simple_CNN and simpler_CNN of the published face networks are Sequential models of Keras 2.0.
  test.each(['simple-cnn', 'simpler-cnn'])('%s as a bare list of layers gets its input back', (name) => {
    const own = buildArchitecture(name, { inputShape: [64, 64, 1], classes: 7 });
    const read = normaliseKerasConfig({ class_name: 'Sequential', config: sequentialLayers(own) }, name);
    expect(read.config.layers[0]).toEqual({
      ...own.config.layers[0],
      name: 'image_array_input',
      config: { ...own.config.layers[0]!.config, name: 'image_array_input' },
    });
    expect(read.config.layers.slice(2)).toEqual(own.config.layers.slice(2));
    expect(read.config.input_layers).toEqual([['image_array_input', 0, 0]]);
    expect(read.config.output_layers).toEqual([['predictions', 0, 0]]);
  });

  test('a Sequential model of Keras 2.2.3 has a name and the shape that it was built for', () => {
    const layers = sequentialLayers(buildArchitecture('simple-cnn', faces));
    layers[0]!.config = { ...layers[0]!.config, batch_input_shape: null };
    const config = { name: 'sequential_1', layers, build_input_shape: [null, 48, 48, 1] };
    const read = normaliseKerasConfig({ class_name: 'Sequential', config }, 'model.h5');
    expect(read.config.name).toBe('sequential_1');
    expect(read.config.layers[0]!.config['batch_input_shape']).toEqual([null, 48, 48, 1]);
  });
});

describe('the input', () => {
  test('takes from outside what the file leaves open', () => {
    const { config } = normaliseKerasConfig(keras3.deferred, 'model.keras', tinyShape);
    expect(config.layers[0]!.config).toEqual({
      batch_input_shape: [null, 6, 8, 2],
      dtype: 'float32',
      sparse: false,
      name: 'conv_input',
    });
  });

  test('of unknown size is an error that names the flag', () => {
    expect(() => normaliseKerasConfig(keras3.deferred, 'model.keras')).toThrow(
      'model.keras: Layer conv_input takes images of [any, any, any]; expected one size. Say it with --input-size.',
    );
  });

  test('of another size than the file says is an error', () => {
    expect(() => normaliseKerasConfig(keras205, 'model.h5', [48, 48, 2])).toThrow(
      'model.h5: expected an input of [48, 48, 2] as --input-size says, but the network takes [6, 8, 2]',
    );
  });
});

/** Layers by name, without what the fixture's networks do not repeat: initialisers and penalties. */
function comparable({ config }: LayersConfig): Record<string, unknown> {
  return Object.fromEntries(
    config.layers.map(({ name, class_name: className, inbound_nodes: nodes, config: fields }) => {
      const kept = Object.entries(fields).filter(([field]) => !/_(initializer|regularizer|constraint)$/.test(field));
      return [name, { className, nodes, fields: Object.fromEntries(kept) }];
    }),
  );
}

/** The entries of a Sequential model in Keras 2.0: the first layer carries the shape of the input. */
function sequentialLayers({ config }: LayersConfig): { class_name: string; config: object }[] {
  const [input, first, ...rest] = config.layers;
  const { batch_input_shape, dtype } = input!.config;
  const entry = ({ class_name, config: fields }: LayerConfig) => ({ class_name, config: fields });
  return [{ ...entry(first!), config: { ...first!.config, batch_input_shape, dtype } }, ...rest.map(entry)];
}
