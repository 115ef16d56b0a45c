/**
 * A process that trains or goes on training, to be killed or starved: node trainingProcess.js <run folder> <data>, then as JSON the settings
 * and the checkpoint, by epoch and batch, behind which it kills itself.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FerError } from '../../src/errors.js';
import type { TrainingEvent } from '../../src/train/events.js';
import { resumeTraining, train, type TrainingOptions } from '../../src/train/trainer.js';
import type { PartialTrainConfig } from '../../src/train/config.js';
import { everyStep, smallConfig } from './smallRun.js';

const [runFolder = '', data = '', settings = '{}', endsAt = 'null'] = process.argv.slice(2);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const end = JSON.parse(endsAt) as { epoch: number; batch: number } | null;
const listener = (event: TrainingEvent): void => {
  print(event.type);
  if (event.type !== 'checkpoint' || event.epoch !== end?.epoch || event.batch !== end.batch) return;
  process.kill(process.pid, 'SIGKILL');
};
const options: TrainingOptions = { listener };
try {
  if (existsSync(join(runFolder, 'run.json'))) await resumeTraining(runFolder, options);
  else {
    const partial = JSON.parse(settings) as PartialTrainConfig;
    await train(smallConfig(data, { checkpointSeconds: everyStep, ...partial }), { runFolder, ...options });
  }
} catch (error) {
  if (!(error instanceof FerError)) throw error;
  print(error.code);
  process.exitCode = 1;
}
