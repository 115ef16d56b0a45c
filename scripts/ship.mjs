/**
 * Makes a run folder fit to be shipped: best weights under their plain names, a card with a licence, settings without local paths.
 * usage: node scripts/ship.mjs RUN FOLDER "LICENCE"
 */
import { copyFile, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { replaceFile } from '../dist/src/files.js';
import { writeKerasH5 } from '../dist/src/model/formats/keras/kerasH5.js';
import { readLayersModel, writeLayersModel } from '../dist/src/model/formats/layers/layersFormat.js';
import { describeModel } from '../dist/src/train/modelCard.js';

const [run, folder, licence] = process.argv.slice(2);
if (!licence) {
  console.error('usage: node scripts/ship.mjs RUN FOLDER "LICENCE"');
  process.exit(2);
}
const model = await readLayersModel(run);
const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
record.data.path = basename(record.data.path);
record.config.data = basename(record.config.data);

await rm(folder, { recursive: true, force: true });
const shipped = { ...model, card: { ...describeModel(record), licence } };
await writeLayersModel(folder, shipped);
await writeKerasH5(join(folder, 'model.h5'), shipped);
await replaceFile(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
await copyFile(join(run, 'history.csv'), join(folder, 'history.csv'));
console.log(`${folder}: write its README.md, with the report of fer eval --model ${folder} --split PublicTest.`);
