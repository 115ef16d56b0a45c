/** `npm run quickstart`: from a fresh checkout to a trained model and its answer for one picture, in a folder that git ignores. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { install, npm, root, run } from './steps.mjs';

const folder = 'quickstart';
const data = `${folder}/faces.csv`;
const model = `${folder}/run`;
const started = performance.now();

function step(title, passes) {
  console.log(`\n== ${title}`);
  if (passes()) return;
  console.error(`\nThe quickstart stopped at "${title}"; the reason stands above.`);
  process.exit(1);
}

/** Shows the command as a person would type it and runs it. */
function fer(...args) {
  console.log(`$ npx fer ${args.join(' ')}`);
  // The packed copy of the drawn faces stays with them, away from the user's own cache.
  const env = { ...process.env, FER_CACHE_DIR: join(root, folder, 'cache') };
  return run(process.execPath, ['bin/fer.js', ...args], { env });
}

process.chdir(root);
rmSync(model, { recursive: true, force: true });
step('Install what is missing', install);
step('Build', () => npm('run', 'build', '--silent'));
step('Draw faces in the form of FER-2013, and one picture of each expression', () =>
  fer('data', 'synth', data, '--count', '3500', '--pictures', `${folder}/pictures`),
);
step('Train a few epochs', () =>
  fer(
    'train',
    '--data',
    data,
    '--out',
    model,
    '--epochs',
    '8',
    '--batch-size',
    '32',
    '--learning-rate',
    '0.003',
    '--schedule',
    'cosine',
  ),
);
step('Evaluate on images that it was not trained on', () =>
  fer('eval', '--model', model, '--data', data, '--split', 'PublicTest', '--plot'),
);
step('Predict one picture', () => fer('predict', `${folder}/pictures/happy.png`, '--model', model));

const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`
Done in ${seconds} s. All of it is in ${folder}/; look at ${model}/curves.svg and ${model}/confusion-matrix-PublicTest.svg.

Next, with the real FER-2013 (data/README.md says where to get it):
  npx fer data stats fer2013.csv
  npx fer train --data fer2013.csv
  npx fer predict your-picture.jpg
  npx fer --help`);
