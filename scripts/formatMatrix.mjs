/**
 * Writes the shipped model and each architecture in every format, opens each file with every reader that is here, and prints the largest
 * differences of probabilities on drawn faces. Readers: ours, real Keras (PYTHON names a Python that has it), TensorFlow.js, onnxruntime
 * (scripts/onnxRuntime.mjs brings it).
 * usage: npm run build && node scripts/formatMatrix.mjs
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeDataset } from '../dist/src/data/synthesize.js';
import { scalePixels } from '../dist/src/data/scaling.js';
import { wasmEngine } from '../dist/src/engine/wasm.js';
import { architectureNames, buildArchitecture } from '../dist/src/model/architectures.js';
import { countParameters } from '../dist/src/model/describeLayers.js';
import { exportModel } from '../dist/src/model/formats/exportModel.js';
import { readModel } from '../dist/src/model/formats/readModel.js';
import { hashedWeights } from '../dist/test/model/architectures/hashedNumbers.js';
import { hasKeras, predictWithKeras } from '../dist/test/model/formats/keras/kerasFiles.js';
import { predictInTensorflowJs } from '../dist/test/model/formats/layers/inTensorflowJs.js';
import { hasOnnxRuntime, predictWithOnnxRuntime } from '../dist/test/model/formats/onnx/onnxRuntime.js';
import { root } from './steps.mjs';

const formats = [
  { title: 'Keras HDF5', file: 'model.h5', options: { format: 'keras-h5' } },
  { title: 'Keras archive', file: 'model.keras', options: { format: 'keras' } },
  { title: 'layers format', file: 'float32', options: { format: 'tfjs' } },
  { title: 'layers format, float16', file: 'float16', options: { format: 'tfjs', precision: 'float16' } },
  { title: 'layers format, uint8', file: 'uint8', options: { format: 'tfjs', precision: 'uint8' } },
  { title: 'ONNX', file: 'model.onnx', options: { format: 'onnx' } },
];
const readers = ['fer', 'Keras 3', 'rules of Keras 2', 'TensorFlow.js', 'onnxruntime'];

const shape = [48, 48, 1];
const faces = synthesizeDataset({ count: 32, seed: 1 });
const images = scalePixels(faces.pixels);
/** TensorFlow.js computes in plain JavaScript here, which takes networks of millions of weights seconds a face. */
const imagesOfLarge = images.subarray(0, 4 * 48 * 48);

const folder = await mkdtemp(join(tmpdir(), 'fer-matrix-'));
try {
  if (!hasKeras) console.error('Keras is left out: set PYTHON to a Python that has keras, tensorflow-cpu and h5py.');
  if (!hasOnnxRuntime) console.error('onnxruntime is left out: run "node scripts/onnxRuntime.mjs".');
  await writeFile(join(folder, 'images.f32'), images);
  const rows = [];
  for (const [name, model] of await networks()) {
    const own = await measure(name, model);
    rows.push(...own);
    printTable(name, own);
  }
  printTable(
    'all networks',
    formats.map(({ title }) => largest(title, rows)),
  );
} finally {
  await rm(folder, { recursive: true });
}

/** The shipped model, and every architecture with made-up weights. */
async function networks() {
  const { model: shipped } = await readModel(join(root, 'checkpoints/mini-xception-fer2013'));
  const made = architectureNames.map((name) => {
    const config = buildArchitecture(name, { inputShape: shape, classes: faces.classNames.length });
    return [name, { config, weights: hashedWeights(config), card: shipped.card }];
  });
  return [['shipped model', shipped], ...made];
}

/** A row per format: `title`, and by reader the largest difference from what `fer` predicts with the same file. */
async function measure(network, model) {
  const files = formats.map(({ file }) => join(folder, network, file));
  for (const [i, { options }] of formats.entries()) await exportModel(files[i], model, options);
  const kerasFiles = files.filter((path) => /\.(h5|keras)$/.test(path));
  const keras = hasKeras ? predictWithKeras(kerasFiles, join(folder, 'images.f32')) : {};
  const written = await predict(model);
  const rows = [];
  for (const [i, { title, options }] of formats.entries()) {
    const path = files[i];
    const row = { title };
    if (options.format === 'onnx') {
      if (hasOnnxRuntime) row.onnxruntime = difference(predictWithOnnxRuntime(path, { images, shape }), written);
    } else {
      const read = await predict((await readModel(path)).model);
      row.fer = difference(read, written);
      if (keras[path]) row['Keras 3'] = difference(keras[path].keras.flat(), read);
      if (keras[path]?.keras2Layout) row['rules of Keras 2'] = difference(keras[path].keras2Layout.flat(), read);
      if (options.format === 'tfjs') {
        const some = countParameters(model.config) > 1e6 ? imagesOfLarge : images;
        row['TensorFlow.js'] = difference(await predictInTensorflowJs(path, some), read);
      }
    }
    rows.push(row);
  }
  await rm(join(folder, network), { recursive: true });
  return rows;
}

/** Probabilities of all faces on our engine. */
async function predict({ config, weights }) {
  const compiled = await wasmEngine.compile(config, weights, { batchSize: faces.count, seed: 0, inferenceOnly: true });
  try {
    return await compiled.predict(images, faces.count);
  } finally {
    await compiled.close();
  }
}

/** The largest difference between probabilities; `values` may end early. */
function difference(values, expected) {
  const isPlausible = values.length > 0 && values.length <= expected.length;
  if (!isPlausible) throw new Error(`Expected ${expected.length} probabilities, got ${values.length}.`);
  return Math.max(...Array.from(values, (value, i) => Math.abs(value - expected[i])));
}

/** Of all rows of a format. */
function largest(title, rows) {
  const own = rows.filter((row) => row.title === title);
  const measured = readers.filter((reader) => own.every((row) => row[reader] !== undefined));
  return {
    title,
    ...Object.fromEntries(measured.map((reader) => [reader, Math.max(...own.map((row) => row[reader]))])),
  };
}

function printTable(name, rows) {
  console.log(`\n| ${name} | ${readers.join(' | ')} |\n|${' --- |'.repeat(readers.length + 1)}`);
  for (const row of rows) {
    console.log(`| ${row.title} | ${readers.map((reader) => shown(row[reader])).join(' | ')} |`);
  }
}

function shown(value) {
  if (value === undefined) return '';
  return value === 0 ? '0' : value.toExponential(1);
}
