/** The built command line from drawn faces to answers: synth, stats, train, interrupt, resume, eval, predict. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { EvaluationReport } from '../../src/eval/evaluationReport.js';
import type { TrainConfig } from '../../src/train/config.js';
import type { TrainingEvent } from '../../src/train/events.js';
import type { RunRecord } from '../../src/train/runRecord.js';
import { root, runFer, type Outcome, type RunOptions } from './runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-end-to-end-'));
// 112 Training rows make 7 batches an epoch.
const small = ['--data', 'faces.csv', '--epochs', '2', '--batch-size', '16', '--engine', 'wasm', '--threads', '1'];

function fer(...words: string[]): Promise<Outcome> {
  return runFer(words, { cwd: folder });
}

function jsonLines<Line>(text: string): Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

beforeAll(async () => {
  const drawn = await fer('data', 'synth', 'faces.csv', '--count', '140', '--pictures', 'pictures');
  expect(drawn).toMatchObject({ status: 0, stderr: '' });
  const trained = await fer('train', ...small, '--out', 'run', '--json', '--quiet');
  expect(trained).toMatchObject({ status: 0, stderr: '' });
  writeFileSync(join(folder, 'events.jsonl'), trained.stdout);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes of the weights that the run's model.json names. */
function weightsOf(run: string): Buffer {
  const model = JSON.parse(readFileSync(join(folder, run, 'model.json'), 'utf8')) as {
    weightsManifest: { paths: string[] }[];
  };
  return readFileSync(join(folder, run, model.weightsManifest[0]!.paths[0]!));
}

/** The form of code that run.json names. */
function codeOf(run: string): { fast: boolean; wide: boolean } {
  const record = JSON.parse(readFileSync(join(folder, run, 'run.json'), 'utf8')) as { config: TrainConfig };
  const { fast, wide } = record.config;
  return { fast, wide };
}

describe('fer data', () => {
  test('stats counts what synth drew', async () => {
    const { status, stdout } = await fer('data', 'stats', 'faces.csv', '--json', '--plot', 'classes.svg');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ count: 140, classCounts: [20, 20, 20, 20, 20, 20, 20], badRows: [] });
    expect(readFileSync(join(folder, 'classes.svg'), 'utf8')).toContain('<svg');
  });

  test('a reader that has seen enough ends it quietly', () => {
    const command = `set -o pipefail; "${process.execPath}" "${root}/bin/fer.js" data stats faces.csv --quiet | head -n 1`;
    expect(execFileSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' })).toContain('140 images of 48x48');
  });
});

describe('fer train', () => {
  test('prints its events and result as JSON lines', () => {
    const events = jsonLines<TrainingEvent | { type: 'result' }>(readFileSync(join(folder, 'events.jsonl'), 'utf8'));
    expect(events[0]).toMatchObject({ type: 'start', epochs: 2, trainingCount: 112, validationCount: 14 });
    expect(events.find(({ type }) => type === 'batch')).toMatchObject({ epoch: 1, batch: 1, batches: 7 });
    expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'result', run: 'run', reason: 'finished', epochs: 2 });
  });

  test('leaves a run folder with the model, its history and its curves', () => {
    for (const file of ['model.json', 'model.h5', 'run.json', 'history.csv', 'curves.svg', 'curves.png']) {
      expect({ file, exists: existsSync(join(folder, 'run', file)) }).toEqual({ file, exists: true });
    }
  });

  test('tells its result also where the curves cannot be written', async () => {
    mkdirSync(join(folder, 'uncurved', 'curves.svg'), { recursive: true });
    const words = ['train', ...small, '--epochs', '1', '--out', 'uncurved'];
    const { status, stdout, stderr } = await fer(...words);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: The run is without its curves\. Cannot write uncurved\/curves\.svg: /m);
    expect(stdout).toMatch(/^Run uncurved: 1 epoch in /);
    expect(stdout).not.toContain('curves.svg');
    const events = jsonLines<TrainingEvent | { type: 'result' }>(
      (await fer('train', '--resume', 'uncurved', '--json')).stdout,
    );
    expect(events.slice(-3)).toMatchObject([
      { type: 'warning', message: expect.stringContaining('has finished its one epoch. For more, ') },
      { type: 'warning' },
      { type: 'result', run: 'uncurved', reason: 'finished' },
    ]);
  });

  test('does not replace a run', async () => {
    const { status, stderr } = await fer('train', ...small, '--out', 'run');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('fer: Expected a folder without a run'),
    });
  });

  test('takes settings from a file, and flags before them', async () => {
    writeFileSync(join(folder, 'run.yaml'), 'data: faces.csv\nepochs: 9\nbatchSize: 64\naugment:\n  rotation: 0\n');
    const words = ['train', '--config', 'run.yaml', '--epochs', '1', '--zoom', '0', '--out', 'from-file', '--quiet'];
    expect(await fer(...words)).toMatchObject({ status: 0, stderr: '' });
    const record = JSON.parse(readFileSync(join(folder, 'from-file', 'run.json'), 'utf8')) as { config: unknown };
    const augment = { rotation: 0, zoom: 0, mirror: true };
    expect(record.config).toMatchObject({ epochs: 1, batchSize: 64, augment });
  });

  test('begins with a model, says so, and keeps how in run.json', async () => {
    const words = ['--init', 'run', '--freeze', 'conv2d_?', '--freeze', 'separable_*', '--layer-rate', 'batch_*=0.5'];
    const tuned = await fer('train', ...small, ...words, '--unfreeze-at', '2', '--out', 'tuned');
    expect(tuned.status).toBe(0);
    expect(tuned.stderr).toMatch(/^Begins with mini-xception \(weights \w{12}\) of .*run\.$/m);
    expect(tuned.stderr).toMatch(/^From epoch 2 on these train too: conv2d_1, conv2d_2, separable_conv2d_1, /m);
    const record = JSON.parse(readFileSync(join(folder, 'tuned', 'run.json'), 'utf8')) as RunRecord;
    expect(record.config).toMatchObject({
      init: 'run',
      freeze: ['conv2d_?', 'separable_*'],
      layerRates: { 'batch_*': 0.5 },
    });
    expect(record).toMatchObject({ init: { name: 'mini-xception', head: 'kept' }, parameters: 58_423 });
    const { stderr, status } = await fer('train', ...small, '--init', 'run', '--arch', 'vgg-13', '--out', 'other');
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/which is no vgg-13/) as unknown });
  });

  test('--no-wide leads to the same weights; run.json keeps it and --fast, and a resume may change the first', async () => {
    expect(await fer('train', ...small, '--no-wide', '--out', 'narrow', '--quiet')).toMatchObject({ status: 0 });
    expect(weightsOf('narrow')).toEqual(weightsOf('run'));
    expect(await fer('train', ...small, '--fast', '--out', 'fast', '--quiet')).toMatchObject({ status: 0 });
    expect(weightsOf('fast')).toHaveLength(weightsOf('run').length);
    expect(['run', 'narrow', 'fast'].map(codeOf)).toEqual([
      { fast: false, wide: true },
      { fast: false, wide: false },
      { fast: true, wide: true },
    ]);
    expect(await fer('train', '--resume', 'fast', '--no-wide', '--epochs', '3', '--quiet')).toMatchObject({
      status: 0,
    });
    expect(codeOf('fast')).toEqual({ fast: true, wide: false });
  });

  test('Ctrl-C saves and says how to go on; resuming ends with the weights of a run that was never interrupted', async () => {
    let interrupted = false;
    const options: RunOptions = {
      cwd: folder,
      onOutput: (child, stdout) => {
        if (interrupted || !stdout.includes('"type":"batch"')) return;
        interrupted = child.kill('SIGINT');
      },
    };
    // Long enough that the signal always comes in the middle.
    const long = ['train', ...small, '--epochs', '12'];
    expect(await fer(...long, '--out', 'whole', '--quiet')).toMatchObject({ status: 0 });
    const stopped = await runFer([...long, '--out', 'stopped', '--json'], options);
    expect(stopped.status).toBe(130);
    expect(jsonLines(stopped.stdout).at(-1)).toMatchObject({ type: 'result', reason: 'interrupted' });

    const resumed = await fer('train', '--resume', 'stopped');
    expect(resumed).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('fer eval --model stopped --data faces.csv --split'),
    });
    expect(weightsOf('stopped')).toEqual(weightsOf('whole'));
  });
});

describe('fer eval', () => {
  test('reports each split that was asked for', async () => {
    const words = ['eval', '--model', 'run', '--data', 'faces.csv', '--split', 'Training,PublicTest'];
    const { status, stdout } = await fer(...words, '--json', '--plot');
    expect(status).toBe(0);
    const { reports } = JSON.parse(stdout) as { reports: EvaluationReport[] };
    expect(reports.map(({ split, count }) => ({ split, count }))).toEqual([
      { split: 'Training', count: 112 },
      { split: 'PublicTest', count: 14 },
    ]);
    expect(existsSync(join(folder, 'run', 'confusion-matrix-PublicTest.png'))).toBe(true);

    const text = await fer(...words);
    expect(text.status).toBe(0);
    expect(text.stdout).toContain('precision    recall  f1-score   support');
  });

  test('prints its reports before it draws', async () => {
    const words = ['eval', '--model', 'run', '--data', 'faces.csv', '--plot', 'faces.csv', '--json'];
    const { status, stdout, stderr } = await fer(...words);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^fer: Cannot write faces\.csv/m) });
    expect(JSON.parse(stdout)).toMatchObject({ reports: [{ split: 'PublicTest', count: 14 }] });
  });

  test('counts the looks at PrivateTest', async () => {
    const words = ['eval', '--model', 'run', '--data', 'faces.csv', '--split', 'PrivateTest'];
    expect((await fer(...words)).stderr).toContain('looked at on PrivateTest for the first time');
    const second = JSON.parse((await fer(...words, '--json')).stdout) as { reports: unknown[] };
    expect(second.reports).toMatchObject([{ split: 'PrivateTest', count: 14, privateTestLooks: 2 }]);
  });
});

describe('fer predict', () => {
  const happy = join('pictures', 'happy.png');

  test('answers for every picture that can be read', async () => {
    writeFileSync(join(folder, 'notes.png'), 'not a picture');
    const { status, stdout, stderr } = await fer('predict', '--model', 'run', 'notes.png', 'pictures', '--json');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^fer: notes\.png: expected an image/);
    const { predictions } = JSON.parse(stdout) as { predictions: { file: string; probability?: number }[] };
    expect(predictions).toHaveLength(8);
    expect(predictions.filter(({ probability }) => probability !== undefined)).toHaveLength(7);
  });

  test('prints bars, or a line of CSV', async () => {
    const bars = await fer('predict', '--model', 'run', happy);
    expect(bars).toMatchObject({ status: 0, stderr: '' });
    expect(bars.stdout.trimEnd().split('\n')).toHaveLength(8);
    const csv = await fer('predict', '--model', 'run', happy, '--csv');
    expect(csv.stdout).toMatch(/^file,label,probability,angry,.*\npictures\/happy\.png,\w+,/);
  });

  test('shows what the network saw', async () => {
    await fer('predict', '--model', 'run', happy, '--show-input', 'seen.png');
    const { width, height, channels } = await sharp(join(folder, 'seen.png')).metadata();
    expect({ width, height, channels }).toEqual({ width: 48, height: 48, channels: 1 });
  });
});

describe('exit codes', () => {
  test.each([
    ['an unknown option', ['train', '--epoch', '3'], 2, "unknown option '--epoch'"],
    ['no data', ['train'], 2, 'data: expected the path of a FER-2013 CSV'],
    ['a value out of range', ['train', '--data', 'faces.csv', '--epochs', '0'], 2, 'epochs: expected an integer'],
    [
      'other settings with --resume',
      ['train', '--resume', 'run', '--seed', '1'],
      2,
      'Only --epochs, --threads, --no-wide and --data',
    ],
    [
      'a setting of another optimizer',
      ['train', '--data', 'faces.csv', '--momentum', '0.9'],
      2,
      'momentum: expected 0 with optimizer adam',
    ],
    ['fast code with --resume', ['train', '--resume', 'run', '--fast'], 2, '--resume goes on with'],
    ['a training option with --resume', ['train', '--resume', 'run', '--ema', '0.999'], 2, '--resume goes on with'],
    ['a missing file', ['data', 'stats', 'missing.csv'], 1, 'missing.csv'],
    ['a missing model', ['predict', '--model', 'missing', 'x.png'], 1, 'missing'],
    ['a plot of no known kind', ['data', 'stats', 'faces.csv', '--plot', 'x.gif'], 2, 'ends in .svg or .png'],
  ])('%s', async (_what, words, code, message) => {
    const { status, stderr, stdout } = await fer(...words);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^(Reading .*\n)?fer: /);
    expect(stderr).not.toContain('    at ');
  });

  test('a config file that is no list of settings', async () => {
    writeFileSync(join(folder, 'no-list.yaml'), 'data: faces.csv\naugment: 15\n');
    const { status, stderr } = await fer('train', '--config', 'no-list.yaml');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^fer: augment: expected .* got 15/),
    });
  });

  test('an unknown key in a config file lists the valid ones', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'data: faces.csv\nepoch: 3\n');
    const { status, stderr } = await fer('train', '--config', 'wrong.yaml');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^fer: Unknown setting "epoch"\. .*\bepochs\b/);
  });
});
