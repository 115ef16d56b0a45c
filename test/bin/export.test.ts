/** `fer export` as users run it: every format of a run folder, what it refuses, what fewer bits cost, models without a card. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExportReport } from '../../bin/results/exportReport.js';
import { readModel } from '../../src/model/formats/readModel.js';
import { root, runFer, type Outcome } from './runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-export-'));
const at = (name: string): string => join(folder, name);

function fer(...words: string[]): Promise<Outcome> {
  return runFer(words, { cwd: folder });
}

/** Exports with `--json`. */
async function exported(...words: string[]): Promise<ExportReport> {
  const { status, stdout, stderr } = await fer('export', '--json', ...words);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as ExportReport;
}

beforeAll(async () => {
  await fer('data', 'synth', 'faces.csv', '--count', '140');
  await cp(join(root, 'checkpoints', 'mini-xception-fer2013'), at('run'), { recursive: true });
  await cp(at('run'), at('foreign'), { recursive: true });
  const json = JSON.parse(readFileSync(at('foreign/model.json'), 'utf8')) as object;
  writeFileSync(at('foreign/model.json'), JSON.stringify({ ...json, userDefinedMetadata: undefined }));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('fer export', () => {
  test.each([
    ['keras-h5', 'mini-xception.h5'],
    ['keras', 'mini-xception.keras'],
    ['tfjs', 'mini-xception-tfjs'],
  ])('writes %s under the name of the model, which opens as the run does', async (format, name) => {
    const { status, stdout, stderr } = await fer('export', '--model', 'run', '--format', format);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Wrote ${name} \\(\\d+ kB\\)\\.\n$`));
    const [run, copy] = [await readModel(at('run')), await readModel(at(name))];
    expect(copy.model.card).toEqual(run.model.card);
    expect(new Map(copy.model.weights)).toEqual(new Map(run.model.weights));
  });

  test('writes ONNX, and reports a line or a document', async () => {
    const { stdout } = await fer('export', '--model', 'run', '--format', 'onnx');
    const { length } = readFileSync(at('mini-xception.onnx'));
    expect(stdout).toBe(`Wrote mini-xception.onnx (${Math.ceil(length / 1000)} kB).\n`);
    expect(await exported('--model', 'run', '--format', 'onnx', '--output', 'new/second.onnx')).toEqual({
      path: 'new/second.onnx',
      bytes: length,
      format: 'onnx',
      precision: 'float32',
      assumed: [],
    });
  });

  test('takes the shipped model without --model', async () => {
    await exported('--format', 'keras-h5', '--output', 'shipped.h5');
    expect((await readModel(at('shipped.h5'))).model.card.name).toBe('mini-xception');
  });

  test('leaves what is there as it is, unless forced', async () => {
    writeFileSync(at('taken.onnx'), 'mine');
    const words = ['--model', 'run', '--format', 'onnx', '--output', 'taken.onnx'];
    expect(await fer('export', ...words)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'fer: taken.onnx: exists: expected a new name. Choose another --output, or give --force.\n',
    });
    expect(readFileSync(at('taken.onnx'), 'utf8')).toBe('mine');
    const { bytes } = await exported(...words, '--force');
    expect(readFileSync(at('taken.onnx'))).toHaveLength(bytes);
  });

  test('replaces neither the model itself nor a run nor a folder of other things, even when forced', async () => {
    mkdirSync(at('others'));
    writeFileSync(at('others/letter.txt'), 'mine');
    await exported('--model', 'run', '--format', 'keras', '--output', 'own.keras');
    const before = readFileSync(at('own.keras'));
    for (const [model, format, output, problem] of [
      ['own.keras', 'keras', 'own.keras', 'it is the model itself'],
      ['run', 'tfjs', 'run', 'it is the model itself'],
      ['own.keras', 'tfjs', 'run', 'is the folder of a run'],
      ['run', 'tfjs', 'others', 'holds other files'],
      ['run', 'onnx', 'others', 'expected a file to replace'],
      ['run', 'tfjs', 'own.keras', 'expected a folder to replace'],
    ] as const) {
      const outcome = await fer('export', '--model', model, '--format', format, '--output', output, '--force');
      expect(outcome).toMatchObject({ status: 1, stderr: expect.stringContaining(problem) as unknown });
    }
    expect(readFileSync(at('own.keras'))).toEqual(before);
    expect(readdirSync(at('others'))).toEqual(['letter.txt']);
  });

  test('takes a link that leads to nothing yet for a file that is there', async () => {
    symlinkSync('later.onnx', at('link.onnx'));
    const words = ['--model', 'run', '--format', 'onnx', '--output', 'link.onnx'];
    expect(await fer('export', ...words)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('exists: expected a new name') as unknown,
    });
    await exported(...words, '--force');
    expect(existsSync(at('later.onnx'))).toBe(true);
  });

  test.each([
    ['no format', ['--model', 'run'], 2, "required option '-f, --format <name>' not specified"],
    ['an unknown format', ['--format', 'pb'], 2, 'Allowed choices are keras-h5, keras, tfjs, onnx'],
    ['8 bits in ONNX', ['--format', 'onnx', '--precision', 'uint8'], 2, 'expected float32 with onnx; got uint8'],
    ['data with nothing to measure', ['--format', 'tfjs', '--data', 'faces.csv'], 2, 'expected --precision float16'],
    ['a missing model', ['--format', 'onnx', '--model', 'missing'], 1, 'missing'],
    ['missing data, before it writes', ['--format', 'tfjs', '--precision', 'uint8', '--data', 'no.csv'], 1, 'no.csv'],
  ])('refuses %s', async (_what, words, status, problem) => {
    const outcome = await fer('export', '--output', 'refused', ...words);
    expect(outcome).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(problem) as unknown });
    expect(outcome.stderr).not.toContain('    at ');
    expect(existsSync(at('refused'))).toBe(false);
  });
});

describe('fer export in fewer bits', () => {
  const words = ['--model', 'run', '--format', 'tfjs'];

  test('measures what they cost, as fer eval does with either file', async () => {
    const small = [...words, '--precision', 'uint8', '--data', 'faces.csv', '--output', 'small'];
    const { cost, precision } = await exported(...small);
    expect(precision).toBe('uint8');
    const accuracyOf = async (model: string): Promise<unknown> => {
      const { stdout } = await fer('eval', '--model', model, '--data', 'faces.csv', '--json');
      return (JSON.parse(stdout) as { reports: [{ accuracy: number }] }).reports[0].accuracy;
    };
    const [before, after] = [await accuracyOf('run'), await accuracyOf('small')];
    expect(cost).toEqual({ split: 'PublicTest', count: 14, before, after });
    const { stdout } = await fer('export', ...small, '--force', '--quiet');
    expect(stdout).toMatch(/^PublicTest accuracy [\d.]+ % with float32, [\d.]+ % with uint8: [+−]?[\d.]+ points/m);
  });

  test('says how to measure it, and makes smaller files', async () => {
    const half = await fer('export', ...words, '--precision', 'float16', '--output', 'half');
    expect(half).toMatchObject({
      status: 0,
      stderr: 'Give --data to measure what fewer bits cost in accuracy.\n',
    });
    const bytesOf = (model: string): number => readFileSync(at(`${model}/weights.bin`)).length;
    expect(bytesOf('half')).toBe(bytesOf('run') / 2);
    expect(readdirSync(at('half')).sort()).toEqual(['model.json', 'weights.bin']);
  });
});

describe('fer export of a model without a card', () => {
  test('gives it one of what it was told and what is usual, and says so', async () => {
    const words = ['--model', 'foreign', '--format', 'keras', '--labels', 'alphabetical', '--scaling', 'zero-to-one'];
    const { status, stdout, stderr } = await fer('export', ...words, '--json');
    expect(status).toBe(0);
    expect(stderr).toContain('warning: foreign');
    expect((JSON.parse(stdout) as ExportReport).assumed).toMatchObject([
      { field: 'classNames', from: 'user' },
      { field: 'scaling', value: 'zero-to-one', from: 'user' },
      { field: 'resizeFilter', from: 'default' },
    ]);
    const { model, assumed } = await readModel(at('foreign.keras'));
    expect(assumed).toEqual([]);
    expect(model.card).toMatchObject({
      name: 'foreign',
      scaling: 'zero-to-one',
      classNames: ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'],
    });
  });
});
