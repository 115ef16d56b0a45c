/** The architectures but mini-Xception, which has a test of its own, against Keras' builds of their sources. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { wasmEngine } from '../../src/engine/wasm.js';
import type { ArchitectureOptions } from '../../src/model/architectures/architectureOptions.js';
import { architectureNames, buildArchitecture } from '../../src/model/architectures.js';
import { countParameters, describeLayers } from '../../src/model/describeLayers.js';
import { hashedNumbers, hashedWeights } from './architectures/hashedNumbers.js';

/** What makeArchitecturesFixture.py prints. */
interface Fixture {
  networks: Record<string, KerasNetwork>;
  asPublished: Record<string, number>;
}
interface KerasNetwork {
  parameters: number;
  trainable: number;
  /** Class, output shape and parameters by name. */
  layers: Record<string, string>;
  /** Of two images, [2, 7]. */
  probabilities: number[][];
}

const golden = new URL('../../../test/model/architectures/architectures.json.golden', import.meta.url);
const fixture = JSON.parse(readFileSync(golden, 'utf8')) as Fixture;
const faces = { inputShape: [48, 48, 1], classes: 7 } as const;

/** All parameters and the trainable ones for 48x48x1 and 7 classes. */
const parameterCounts: [name: string, all: number, trainable: number][] = [
  ['tiny-xception', 18_314, 17_574],
  ['big-xception', 208_871, 206_375],
  ['simple-cnn', 642_935, 641_463], // the paper: "approximately 600,000"
  ['simpler-cnn', 559_671, 557_815],
  ['vgg-13', 6_921_671, 6_921_671],
  ['resnet-18', 11_180_871, 11_171_271],
];

function trainableParameters(name: string, options: ArchitectureOptions = faces): number {
  const layers = describeLayers(buildArchitecture(name, options));
  return layers.reduce((total, layer) => total + layer.trainableParameters, 0);
}

test('every architecture but mini-Xception is checked here', () => {
  expect(architectureNames).toEqual(['mini-xception', ...parameterCounts.map(([name]) => name)]);
  expect(Object.keys(fixture.networks)).toEqual(parameterCounts.map(([name]) => name));
});

describe.each(parameterCounts)('%s', (name, all, trainable) => {
  const config = buildArchitecture(name, faces);
  const keras = fixture.networks[name]!;

  test('has the layers, shapes and parameters that Keras gives the network of its source', () => {
    const ours = describeLayers(config).map((layer) => [
      layer.name,
      `${layer.className} ${layer.outputShape.join('x')} ${layer.parameters}`,
    ]);
    expect(Object.fromEntries(ours)).toEqual(keras.layers);
    expect([countParameters(config), trainableParameters(name)]).toEqual([all, trainable]);
    expect([keras.parameters, keras.trainable]).toEqual([all, trainable]);
  });

  test("gives Keras' probabilities with the same weights", async () => {
    const model = await wasmEngine.compile(config, hashedWeights(config), {
      batchSize: 2,
      threads: 1,
      seed: 0,
      inferenceOnly: true,
    });
    const probabilities = await model.predict(hashedNumbers('images', 2 * 48 * 48), 2);
    await model.close();
    const expected = keras.probabilities.flat();
    const distance = Math.max(...expected.map((value, i) => Math.abs(value - probabilities[i]!)));
    expect(distance).toBeLessThan(2e-6);
  });

  test('takes 32x32 and two classes, and refuses less', () => {
    const layers = describeLayers(buildArchitecture(name, { inputShape: [32, 32, 1], classes: 2 }));
    expect(layers.at(-1)!.outputShape).toEqual([2]);
    const build = (options: object) => () => buildArchitecture(name, { ...faces, ...options });
    expect(build({ inputShape: [48, 31, 1] })).toThrow(/expects an input of at least 32x32x1.*, got 48x31x1/);
    expect(build({ classes: 1 })).toThrow(/expects 2 or more classes, got 1/);
    expect(build({ l2: -0.1 })).toThrow(/expects an L2 factor of 0 or more, got -0.1/);
  });
});

describe('counts that others publish', () => {
  // The scheme of microsoft/FERPlus; the ONNX file of its trained network has 34 MB, four bytes a parameter.
  test('VGG-13 of FER+ for 64x64 and 8 classes', () => {
    const count = countParameters(buildArchitecture('vgg-13', { inputShape: [64, 64, 1], classes: 8 }));
    expect(count).toBe(8_757_704);
    expect(count).toBe(fixture.asPublished['vgg-13, 64x64x1, 8 classes']);
  });

  // He's ResNet-18 with a 3x3 stem on CIFAR-10: three channels and ten classes where ours has one and seven.
  test('ResNet-18 of CIFAR-10 but for the first and the last layer', () => {
    const colours = 2 * 3 * 3 * 64;
    const classes = 3 * (512 + 1);
    expect(trainableParameters('resnet-18') + colours + classes).toBe(11_173_962);
    expect(fixture.asPublished['resnet-18, 32x32x3, 10 classes, trainable']).toBe(11_173_962);
  });
});

describe('L2 penalties', () => {
  /** Names of the regularised layers and their factors. */
  function penalties(name: string, l2?: number): [string, number][] {
    const { layers } = buildArchitecture(name, { ...faces, ...(l2 === undefined ? {} : { l2 }) }).config;
    return layers.flatMap((layer) => {
      const regularizer = layer.config['kernel_regularizer'] as { config: { l2: number } } | null | undefined;
      return regularizer ? [[layer.name, regularizer.config.l2] as [string, number]] : [];
    });
  }

  test('are those of the sources by default', () => {
    expect(penalties('tiny-xception')).toEqual([
      ['conv2d_1', 0.01],
      ['conv2d_2', 0.01],
    ]);
    for (const name of ['big-xception', 'simple-cnn', 'simpler-cnn', 'vgg-13']) expect(penalties(name)).toEqual([]);
    expect(penalties('resnet-18')).toHaveLength(21); // 17 convolutions 3x3, 3 shortcuts, 1 dense
    expect(penalties('resnet-18')[20]).toEqual(['dense_1', 5e-5]);
  });

  test.each([
    ['big-xception', 5],
    ['simple-cnn', 10],
    ['simpler-cnn', 12],
    ['vgg-13', 13],
    ['resnet-18', 21],
  ])('of %s are on all %i kernels of Conv2D and Dense when asked for', (name, kernels) => {
    const given = penalties(name, 0.001);
    expect(given).toHaveLength(kernels);
    expect(given.every(([, l2]) => l2 === 0.001)).toBe(true);
  });
});

test('simpler-CNN refuses an image that its six halvings do not bring to one pixel', () => {
  const build = (size: number) => () => buildArchitecture('simpler-cnn', { inputShape: [size, size, 1], classes: 7 });
  expect(describeLayers(build(64)()).at(-1)!.outputShape).toEqual([7]);
  expect(build(65)).toThrow('at least 32x32x1 and at most 64x64x1 in whole pixels, got 65x65x1');
});

test.each(['resnet', 'toString'])('an unknown architecture, %s, is refused with the valid ones', (name) => {
  expect(() => buildArchitecture(name, faces)).toThrow(
    `Unknown architecture "${name}". Expected one of: mini-xception, tiny-xception, big-xception, simple-cnn, simpler-cnn, vgg-13, resnet-18.`,
  );
});
