/** Layers-format files with bytes of the test's own choice. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersConfig } from '../../../../src/model/modelFile.js';
import { version } from '../../../../src/version.js';
import { chain } from '../../fixtureModel.js';

/** What a model.json holds. */
export interface StoredJson {
  format?: string;
  generatedBy?: string;
  modelTopology: unknown;
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[]; sha256?: string }[];
  userDefinedMetadata?: unknown;
}

/** 1x3 pixels to two classes: a kernel of [3, 2] and a bias of [2], so that a kernel of bytes leaves the bias at an odd address. */
export const threePixels: LayersConfig = chain(
  [1, 3, 1],
  [
    ['Flatten', {}],
    ['Dense', { units: 2, activation: 'softmax' }],
  ],
);

/** A model.json of `threePixels` whose weights, kernel 1 to 6 and bias 7 and 8, lie whole in weights.bin. */
export function plainJson(): StoredJson {
  return {
    format: 'layers-model',
    generatedBy: `fer ${version}`,
    modelTopology: { model_config: threePixels },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: [
          { name: 'layer_2/kernel', shape: [3, 2], dtype: 'float32' },
          { name: 'layer_2/bias', shape: [2], dtype: 'float32' },
        ],
      },
    ],
  };
}

/** The bytes of weights.bin for `plainJson`. */
export function plainBytes(): Buffer {
  return Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer);
}

/** Writes model.json and files beside it. */
export async function writeStored(folder: string, json: unknown, files: Record<string, Uint8Array>): Promise<void> {
  await writeFile(join(folder, 'model.json'), typeof json === 'string' ? json : JSON.stringify(json));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}
