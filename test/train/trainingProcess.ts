/** A process that trains or goes on training, to be killed or starved: node trainingProcess.js <run folder> <data>. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FerError } from '../../src/errors.js';
import { resumeTraining, train, type TrainingOptions } from '../../src/train/trainer.js';
import { everyStep, smallConfig } from './smallRun.js';

const [runFolder = '', data = ''] = process.argv.slice(2);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const options: TrainingOptions = { listener: (event) => print(event.type) };
try {
  if (existsSync(join(runFolder, 'run.json'))) await resumeTraining(runFolder, options);
  else await train(smallConfig(data, { checkpointSeconds: everyStep }), { runFolder, ...options });
} catch (error) {
  if (!(error instanceof FerError)) throw error;
  print(error.code);
  process.exitCode = 1;
}
