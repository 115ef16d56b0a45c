/** Models small enough to check by hand, and the formulas that makeKerasFixture.py shares. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModelCard } from '../../src/model/card.js';
import { miniXception } from '../../src/model/architectures/miniXception.js';
import type { LayerConfig, LayersConfig, ModelFile, NamedWeights } from '../../src/model/modelFile.js';
import { elementCount, weightSpecs } from '../../src/model/weightSpecs.js';

/** A functional config of layers that follow each other; `fields` beside the names are the layers' configs. */
export function chain(
  inputShape: readonly number[],
  layers: readonly [string, Record<string, unknown>][],
): LayersConfig {
  const configs: LayerConfig[] = [
    {
      class_name: 'InputLayer',
      name: 'input',
      config: { batch_input_shape: [null, ...inputShape], dtype: 'float32' },
      inbound_nodes: [],
    },
  ];
  layers.forEach(([className, fields], index) => {
    const name = `layer_${index + 1}`;
    const previous = configs[index]!.name;
    configs.push({ class_name: className, name, config: { name, ...fields }, inbound_nodes: [[[previous, 0, 0, {}]]] });
  });
  const last = configs.at(-1)!.name;
  return {
    class_name: 'Model',
    config: { name: 'chain', layers: configs, input_layers: [['input', 0, 0]], output_layers: [[last, 0, 0]] },
  };
}

/** A dense layer from 2x2 pixels to two classes: kernel 0, 1, ..., 7 and bias `bias`. */
export function tinyModel(bias: readonly [number, number] = [10, 11]): ModelFile {
  const config = chain(
    [2, 2, 1],
    [
      ['Flatten', {}],
      ['Dense', { units: 2, activation: 'softmax' }],
    ],
  );
  const weights: NamedWeights = new Map([
    ['layer_2/kernel', { shape: [4, 2], data: Float32Array.from({ length: 8 }, (_, i) => i) }],
    ['layer_2/bias', { shape: [2], data: Float32Array.from(bias) }],
  ]);
  const card = createModelCard({
    name: 'tiny',
    classNames: ['no', 'yes'],
    inputShape: [2, 2, 1],
    dataHash: 'none',
    seed: 7,
    metrics: [],
    licence: 'MIT',
  });
  return { config, weights, card };
}

/** mini-Xception for 48x48x1 and 7 classes with the weights of makeKerasFixture.py. */
export function formulaMiniXception(): ModelFile {
  const config = miniXception({ inputShape: [48, 48, 1], classes: 7 });
  const weights: NamedWeights = new Map(
    weightSpecs(config).map(({ name, shape }) => [name, { shape, data: formulaWeight(name, elementCount(shape)) }]),
  );
  const card = createModelCard({
    name: 'formula',
    classNames: ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'],
    inputShape: [48, 48, 1],
    dataHash: 'none',
    seed: 0,
    metrics: [],
    licence: 'MIT',
    description: 'Wörter über den Zeichensatz hinaus: 表情',
  });
  return { config, weights, card };
}

/** The two images [2, 48, 48, 1] of makeKerasFixture.py. */
export function formulaImages(): Float32Array {
  return Float32Array.from({ length: 2 * 48 * 48 }, (_, i) => ((i * 37) % 251) / 127.5 - 1);
}

/** Runs `use` with a new folder that is removed afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fer-model-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function formulaWeight(name: string, count: number): Float32Array {
  const phase = Array.from(name, (character) => character.charCodeAt(0)).reduce((sum, code) => sum + code, 0);
  const isAroundOne = /(gamma|moving_variance)$/.test(name);
  return Float32Array.from({ length: count }, (_, i) => {
    const wave = Math.sin(phase + 1.7 * i);
    return isAroundOne ? 1 + 0.5 * wave : 0.3 * wave;
  });
}
