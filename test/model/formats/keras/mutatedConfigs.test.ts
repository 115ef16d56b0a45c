/** Real configs with seeded damage: each is read or ends in one error of ours, and what is read also runs. */
import { expect, test } from '@jest/globals';
import { FerError } from '../../../../src/errors.js';
import { wasmEngine } from '../../../../src/engine/wasm.js';
import { normaliseKerasConfig } from '../../../../src/model/formats/keras/normaliseConfig.js';
import type { LayersConfig } from '../../../../src/model/modelFile.js';
import { elementCount, weightSpecs } from '../../../../src/model/weightSpecs.js';
import { Random } from '../../../../src/random.js';
import { keras3, tinyShape } from './keras3Fixture.js';
import { keras12, keras205, keras212 } from './legacyConfigs.js';

const originals: unknown[] = [keras12, keras205, keras212, ...Object.values(keras3.runs).map(({ config }) => config)];

/** What may stand where something else stood. */
const oddities: unknown[] = [
  ...[null, true, false, 0, -1, 1, 2, 3, 1.5, 1e9, 1e300, '', 'same', 'valid', 'relu', 'conv', 'image', '__proto__'],
  ...[[], {}, [[]], [null], [1, 1], [0, 0], 'Add', 'InputLayer', 'Sequential', 'channels_first', { config: null }],
  ...[
    { class_name: 'ReLU', config: {} },
    { class_name: 'Conv2D', config: { filters: 1, kernel_size: 1 } },
  ],
];

/** Every place within `value`: the object or list that holds it, and its key there. */
function places(value: unknown): [holder: Record<string, unknown>, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [[holder, key] as [typeof holder, string], ...places(holder[key])]);
}

function mutate(original: unknown, random: Random): unknown {
  const copy = structuredClone(original);
  for (let count = random.integer(2); count >= 0; count -= 1) {
    const all = places(copy);
    const [holder, key] = all[random.integer(all.length)]!;
    const [otherHolder, otherKey] = all[random.integer(all.length)]!;
    const kind = random.integer(4);
    if (kind === 0) holder[key] = undefined;
    else if (kind === 1) holder[key] = structuredClone(otherHolder[otherKey]);
    else holder[key] = structuredClone(oddities[random.integer(oddities.length)]);
  }
  return JSON.parse(JSON.stringify(copy)); // a file holds neither undefined nor infinite numbers
}

/** The config, or undefined for a FerError that names the file. Any other error is thrown on. */
function readOrRefuse(config: unknown): LayersConfig | undefined {
  try {
    return normaliseKerasConfig(config, 'model.h5', tinyShape);
  } catch (error) {
    if (!(error instanceof FerError) || !error.message.startsWith('model.h5: ')) throw error;
    expect(error.message.length).toBeLessThan(700);
    return undefined;
  }
}

async function runs(config: LayersConfig): Promise<void> {
  const specs = weightSpecs(config).map(({ name, shape }) => ({ name, shape, count: elementCount(shape) }));
  if (specs.reduce((total, { count }) => total + count, 0) > 1e5) return;
  const weights = new Map(specs.map(({ name, shape, count }) => [name, { shape, data: new Float32Array(count) }]));
  const model = await wasmEngine.compile(config, weights, { batchSize: 1, threads: 1, seed: 0, inferenceOnly: true });
  await model.close();
}

test('1,000 mutations end in a network that runs or in one error', async () => {
  const random = new Random(2026).fork('mutated configs');
  let read = 0;
  for (let count = 0; count < 1000; count += 1) {
    const config = readOrRefuse(mutate(originals[count % originals.length], random));
    if (config === undefined) continue;
    read += 1;
    if (read % 10 === 0) await runs(config); // compiling takes longer than reading
  }
  expect(read).toBeGreaterThan(100);
  expect(read).toBeLessThan(900);
});
