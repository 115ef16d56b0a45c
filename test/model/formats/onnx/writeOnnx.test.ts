import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compile } from 'layers-wasm';
import onnxProto from 'onnx-proto';
import { architectureNames, buildArchitecture } from '../../../../src/model/architectures.js';
import { writeOnnx } from '../../../../src/model/formats/onnx/writeOnnx.js';
import { initialiseWeights } from '../../../../src/model/initialiseWeights.js';
import type { LayersConfig, ModelFile } from '../../../../src/model/modelFile.js';
import { Random } from '../../../../src/random.js';
import { hashedWeights } from '../../architectures/hashedNumbers.js';
import { chain, formulaImages, formulaMiniXception, tinyModel, withFolder } from '../../fixtureModel.js';
import { hasOnnxRuntime, predictWithOnnxRuntime } from './onnxRuntime.js';

type Graph = onnxProto.onnx.IGraphProto;

/** What the tests read; the library's own types need some that it does not bring. */
interface WrittenModel {
  readonly irVersion: unknown;
  readonly producerName: string;
  readonly docString: string;
  readonly opsetImport: readonly { domain: string; version: unknown }[];
  readonly metadataProps: readonly { key: string; value: string }[];
  readonly graph: Graph;
}

async function written(model: ModelFile): Promise<WrittenModel> {
  let file: Uint8Array = new Uint8Array();
  await withFolder(async (folder) => {
    await writeOnnx(join(folder, 'model.onnx'), model);
    file = await readFile(join(folder, 'model.onnx'));
  });
  return onnxProto.onnx.ModelProto.decode(file) as unknown as WrittenModel;
}

function withConfig(config: LayersConfig, inputShape: readonly [number, number, number]): ModelFile {
  const { card } = tinyModel();
  return { config, weights: initialiseWeights(config, new Random(1)), card: { ...card, inputShape } };
}

const operators = ({ node }: Graph): string[] => node!.map(({ opType }) => opType!);

function attribute({ node }: Graph, operator: string, name: string): number[] {
  const found = node!.find(({ opType }) => opType === operator)!.attribute!.find((one) => one.name === name)!;
  return found.ints!.map(Number);
}

describe('an ONNX file', () => {
  test('says what it needs, what it takes and what it gives', async () => {
    const model = formulaMiniXception();
    const { opsetImport, irVersion, graph, producerName, metadataProps, docString } = await written(model);
    expect(opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([['', 17]]);
    expect([Number(irVersion), producerName, docString]).toEqual([8, 'fer', model.card.description]);
    const ends = [graph.input![0]!, graph.output![0]!].map(({ name, type }) => [
      name,
      ...type!.tensorType!.shape!.dim!.map(({ dimParam, dimValue }) => dimParam || Number(dimValue)),
    ]);
    expect(ends).toEqual([
      ['image', 'count', 48, 48, 1],
      ['probabilities', 'count', 7],
    ]);
    const metadata = new Map(metadataProps.map(({ key, value }) => [key, value]));
    expect(JSON.parse(metadata.get('fer_model_card')!)).toEqual(model.card);
    expect(JSON.parse(metadata.get('classNames')!)).toEqual(model.card.classNames);
    expect(metadata.get('scaling')).toBe('minus-one-to-one');
  });

  test('holds every weight once, in the axes of ONNX', async () => {
    const model = tinyModel();
    const { graph } = await written(model);
    expect(operators(graph)).toEqual(['Transpose', 'Transpose', 'Flatten', 'Gemm', 'Softmax', 'Identity']);
    const kernel = graph.initializer!.find(({ name }) => name === 'layer_2/kernel')!;
    expect(kernel.dims!.map(Number)).toEqual([4, 2]);
    expect(new Float32Array(Uint8Array.from(kernel.rawData!).buffer)).toEqual(
      model.weights.get('layer_2/kernel')!.data,
    );
  });

  test('pads as TensorFlow does: what is odd goes below and to the right', async () => {
    const pooled = chain(
      [6, 7, 1],
      [
        ['MaxPooling2D', { pool_size: 3, strides: 2, padding: 'same' }],
        ['Flatten', {}],
        ['Dense', { units: 2 }],
      ],
    );
    const { graph } = await written(withConfig(pooled, [6, 7, 1]));
    // Rows: (3 - 1) * 2 + 3 - 6 = 1 more, below. Columns: (4 - 1) * 2 + 3 - 7 = 2 more, one on each side.
    expect(attribute(graph, 'MaxPool', 'pads')).toEqual([0, 1, 1, 1]);
    const valid = chain(
      [6, 7, 1],
      [
        ['Conv2D', { filters: 2, kernel_size: 3 }],
        ['GlobalMaxPooling2D', {}],
      ],
    );
    const { graph: unpadded } = await written(withConfig(valid, [6, 7, 1]));
    expect(attribute(unpadded, 'Conv', 'pads')).toEqual([0, 0, 0, 0]);
  });

  test('names the layer that has no form there', async () => {
    const config = chain(
      [4, 4, 1],
      [
        ['Dense', { units: 2 }],
        ['GlobalAveragePooling2D', {}],
      ],
    );
    await expect(written(withConfig(config, [4, 4, 1]))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('Layer layer_1 (Dense): expected an input of [features], got [4, 4, 1]'),
    });
  });
});

const runtime = hasOnnxRuntime ? describe : describe.skip;

runtime('onnxruntime', () => {
  async function largestDifference(model: ModelFile, images: Float32Array): Promise<number> {
    const shape = model.card.inputShape;
    const count = images.length / (shape[0] * shape[1] * shape[2]);
    const network = await compile(model.config, model.weights, {
      batchSize: count,
      threads: 1,
      seed: 0,
      inferenceOnly: true,
    });
    const ours = network.predict(images, count);
    await network.close();
    let theirs: number[] = [];
    await withFolder(async (folder) => {
      await writeOnnx(join(folder, 'model.onnx'), model);
      theirs = predictWithOnnxRuntime(join(folder, 'model.onnx'), { images, shape });
    });
    expect(theirs).toHaveLength(ours.length);
    return Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)));
  }

  test.each(architectureNames)('predicts with %s what we predict, to 1e-5', async (name) => {
    const config = buildArchitecture(name, { inputShape: [48, 48, 1], classes: 7 });
    const model = { config, weights: hashedWeights(config), card: formulaMiniXception().card };
    expect(await largestDifference(model, formulaImages())).toBeLessThan(1e-5);
  });

  test('opens a network whose layers have the names of its ends', async () => {
    const model = tinyModel();
    const names = JSON.stringify(model.config).replaceAll('"input"', '"image"').replaceAll('layer_2', 'probabilities');
    const weights = [...model.weights.values()];
    const renamed: ModelFile = {
      ...model,
      config: JSON.parse(names) as LayersConfig,
      weights: new Map([
        ['probabilities/kernel', weights[0]!],
        ['probabilities/bias', weights[1]!],
      ]),
    };
    expect(await largestDifference(renamed, Float32Array.of(0.1, 0.2, 0.3, 0.4))).toBeLessThan(1e-6);
  });

  test('agrees on every other layer and option', async () => {
    const config = chain(
      [9, 8, 2],
      [
        [
          'ZeroPadding2D',
          {
            padding: [
              [1, 0],
              [2, 1],
            ],
          },
        ],
        [
          'DepthwiseConv2D',
          { kernel_size: [3, 2], depth_multiplier: 2, strides: 1, padding: 'same', activation: 'relu6' },
        ],
        ['SeparableConv2D', { filters: 5, kernel_size: 3, strides: 2, padding: 'same', activation: 'relu' }],
        ['BatchNormalization', { scale: false, center: false, epsilon: 0.01 }],
        ['ReLU', { max_value: 2.5 }],
        ['AveragePooling2D', { pool_size: 2, strides: 1, padding: 'same' }],
        ['Conv2D', { filters: 3, kernel_size: [2, 3], use_bias: false, padding: 'valid' }],
        ['Dropout', { rate: 0.5 }],
        ['Flatten', {}],
        ['Dense', { units: 4, activation: 'relu' }],
        ['BatchNormalization', {}],
        ['Dense', { units: 2 }],
        ['Softmax', {}],
      ],
    );
    const { card } = tinyModel();
    const model = { config, weights: hashedWeights(config), card: { ...card, inputShape: [9, 8, 2] as const } };
    const images = Float32Array.from({ length: 3 * 144 }, (_, i) => ((i * 37) % 251) / 125 - 1);
    expect(await largestDifference(model, images)).toBeLessThan(1e-5);
  });
});
