import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { countParameters, describeLayers } from '../../../src/model/describeLayers.js';
import type { ArchitectureOptions } from '../../../src/model/architectures/architectureOptions.js';
import { miniXception } from '../../../src/model/architectures/miniXception.js';
import { weightSpecs } from '../../../src/model/weightSpecs.js';

/** What makeKerasFixture.py prints. */
interface KerasFixture {
  parameters: number;
  layers: Record<string, KerasLayer>;
}
interface KerasLayer {
  className: string;
  outputShape: number[];
  parameters: number;
  weights: Record<string, number[]>;
}

const golden = new URL('../../../../test/model/architectures/miniXception.json.golden', import.meta.url);
const config = miniXception({ inputShape: [48, 48, 1], classes: 7 });

/** Class and name of every layer in the authors' fer2013_mini_XCEPTION.102-0.66.hdf5 (Keras 2.0.5), in the file's order. */
const authorsLayers = [
  'InputLayer input_1',
  'Conv2D conv2d_1',
  'BatchNormalization batch_normalization_1',
  'Activation activation_1',
  'Conv2D conv2d_2',
  'BatchNormalization batch_normalization_2',
  'Activation activation_2',
  'SeparableConv2D separable_conv2d_1',
  'BatchNormalization batch_normalization_4',
  'Activation activation_3',
  'SeparableConv2D separable_conv2d_2',
  'BatchNormalization batch_normalization_5',
  'Conv2D conv2d_3',
  'MaxPooling2D max_pooling2d_1',
  'BatchNormalization batch_normalization_3',
  'Add add_1',
  'SeparableConv2D separable_conv2d_3',
  'BatchNormalization batch_normalization_7',
  'Activation activation_4',
  'SeparableConv2D separable_conv2d_4',
  'BatchNormalization batch_normalization_8',
  'Conv2D conv2d_4',
  'MaxPooling2D max_pooling2d_2',
  'BatchNormalization batch_normalization_6',
  'Add add_2',
  'SeparableConv2D separable_conv2d_5',
  'BatchNormalization batch_normalization_10',
  'Activation activation_5',
  'SeparableConv2D separable_conv2d_6',
  'BatchNormalization batch_normalization_11',
  'Conv2D conv2d_5',
  'MaxPooling2D max_pooling2d_3',
  'BatchNormalization batch_normalization_9',
  'Add add_3',
  'SeparableConv2D separable_conv2d_7',
  'BatchNormalization batch_normalization_13',
  'Activation activation_6',
  'SeparableConv2D separable_conv2d_8',
  'BatchNormalization batch_normalization_14',
  'Conv2D conv2d_6',
  'MaxPooling2D max_pooling2d_4',
  'BatchNormalization batch_normalization_12',
  'Add add_4',
  'Conv2D conv2d_7',
  'GlobalAveragePooling2D global_average_pooling2d_1',
  'Activation predictions',
];

describe('miniXception', () => {
  test("has the layers of the authors' file, in its order", () => {
    expect(config.config.layers.map((layer) => `${layer.class_name} ${layer.name}`)).toEqual(authorsLayers);
  });

  test('has the shapes, parameters and weights that Keras gives the same network', async () => {
    const keras = JSON.parse(await readFile(golden, 'utf8')) as KerasFixture;
    const specs = weightSpecs(config);
    const ours = describeLayers(config).map(({ name, className, outputShape, parameters }) => {
      const own = specs.filter((spec) => spec.layer === name);
      const weights = Object.fromEntries(own.map((spec) => [spec.name.slice(name.length + 1), spec.shape]));
      return [name, { className, outputShape, parameters, weights }];
    });
    expect(Object.fromEntries(ours)).toEqual(keras.layers);
    expect(countParameters(config)).toBe(keras.parameters);
    expect(keras.parameters).toBe(58423);
  });

  test('trains all but the moving averages', () => {
    const trainable = describeLayers(config).reduce((total, layer) => total + layer.trainableParameters, 0);
    expect(trainable).toBe(56951); // Keras: 1,472 not trainable, 2 for each of 736 channels
  });

  test('adds both inputs of every residual block', () => {
    const inputs = Object.fromEntries(describeLayers(config).map((layer) => [layer.name, layer.inputs]));
    expect(inputs['conv2d_4']).toEqual(['add_1']);
    expect(inputs['separable_conv2d_3']).toEqual(['add_1']);
    expect(inputs['add_2']).toEqual(['max_pooling2d_2', 'batch_normalization_6']);
  });

  test('regularises the kernels of the first two convolutions only', () => {
    const regularised = config.config.layers.filter((layer) => JSON.stringify(layer.config).includes('"l2":0.01'));
    expect(regularised.map((layer) => layer.name)).toEqual(['conv2d_1', 'conv2d_2']);
    expect(regularised[0]!.config['kernel_regularizer']).toEqual({ class_name: 'L1L2', config: { l1: 0, l2: 0.01 } });
    const plain = miniXception({ inputShape: [48, 48, 1], classes: 7, l2: 0 });
    expect(plain.config.layers[1]!.config['kernel_regularizer']).toBeNull();
  });

  test.each([
    [32, 2],
    [37, 3],
    [64, 4],
    [128, 8],
  ])('takes %i pixels, and its last block sees %i', (size, last) => {
    const layers = describeLayers(miniXception({ inputShape: [size, size, 1], classes: 7 }));
    expect(layers.find((layer) => layer.name === 'conv2d_7')!.outputShape).toEqual([last, last, 7]);
    expect(layers.at(-1)!.outputShape).toEqual([7]);
  });

  test('takes a wide input and another number of classes', () => {
    const layers = describeLayers(miniXception({ inputShape: [40, 60, 1], classes: 2 }));
    expect(layers[1]!.outputShape).toEqual([38, 58, 8]);
    expect(layers.at(-1)!.outputShape).toEqual([2]);
  });

  test.each([
    [{ inputShape: [31, 48, 1], classes: 7 }, 'at least 32x32x1 in whole pixels, got 31x48x1'],
    [{ inputShape: [48.5, 48, 1], classes: 7 }, 'got 48.5x48x1'],
    [{ inputShape: [48, 48, 3], classes: 7 }, 'got 48x48x3'],
    [{ inputShape: [48, 48, 1], classes: 1 }, '2 or more classes, got 1'],
    [{ inputShape: [48, 48, 1], classes: 7, l2: -1 }, 'L2 factor of 0 or more, got -1'],
  ])('refuses %j', (options, problem) => {
    const build = () => miniXception(options as unknown as ArchitectureOptions);
    expect(build).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(problem) }),
    );
  });
});
