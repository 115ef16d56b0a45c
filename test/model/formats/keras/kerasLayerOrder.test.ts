import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { architectureNames, buildArchitecture } from '../../../../src/model/architectures.js';
import { miniXception } from '../../../../src/model/architectures/miniXception.js';
import { kerasLayerOrder } from '../../../../src/model/formats/keras/kerasLayerOrder.js';
import { chain } from '../../fixtureModel.js';

const faces = { inputShape: [48, 48, 1], classes: 7 } as const;
const golden = new URL('../../../../../test/model/architectures/architectures.json.golden', import.meta.url);
const { networks } = JSON.parse(readFileSync(golden, 'utf8')) as {
  networks: Record<string, { layers: Record<string, string> }>;
};

test.each(architectureNames.filter((name) => name !== 'mini-xception'))('is the one that Keras has for %s', (name) => {
  expect(kerasLayerOrder(buildArchitecture(name, faces))).toEqual(Object.keys(networks[name]!.layers));
});

test("is that of the authors' file for mini-Xception, from a config in any order", () => {
  const config = miniXception(faces);
  const authors = config.config.layers.map(({ name }) => name);
  expect(kerasLayerOrder(config)).toEqual(authors);
  const layers = [...config.config.layers].reverse();
  expect(kerasLayerOrder({ ...config, config: { ...config.config, layers } })).toEqual(authors);
});

test('puts last what the output does not need', () => {
  const config = chain(
    [2, 2, 1],
    [
      ['Flatten', {}],
      ['Dense', { units: 2 }],
      ['Dense', { units: 3 }],
    ],
  );
  const earlier = { ...config.config, output_layers: [['layer_2', 0, 0]] as [string, number, number][] };
  expect(kerasLayerOrder({ ...config, config: earlier })).toEqual(['input', 'layer_1', 'layer_2', 'layer_3']);
});
