/** Models without a card on the command line: what is assumed is said, what contradicts is refused. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EvaluationReport } from '../../src/eval/evaluationReport.js';
import { labelOrders } from '../../src/model/formats/labelOrders.js';
import type { AssumedField } from '../../src/model/formats/completeCard.js';
import { root, runFer, type Outcome } from './runFer.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-foreign-'));
const picture = join('pictures', 'happy.png');

function fer(...words: string[]): Promise<Outcome> {
  return runFer(words, { cwd: folder });
}

interface EvalDocument {
  readonly reports: readonly (EvaluationReport & { readonly privateTestLooks?: number })[];
  readonly assumed: readonly AssumedField[];
}

/** Evaluates the model without a card on the drawn faces. */
async function evaluate(...words: string[]): Promise<{ document: EvalDocument; stderr: string }> {
  const { status, stdout, stderr } = await fer('eval', '--data', 'faces.csv', '--model', 'foreign', '--json', ...words);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return { document: JSON.parse(stdout) as EvalDocument, stderr };
}

/** How often each class was answered, in the order of the data. */
function answers({ reports }: EvalDocument): number[] {
  const { confusionMatrix } = reports[0]!;
  return confusionMatrix.map((_, column) => confusionMatrix.reduce((total, row) => total + row[column]!, 0));
}

beforeAll(async () => {
  await fer('data', 'synth', 'faces.csv', '--count', '140', '--pictures', 'pictures');
  const shipped = join(root, 'checkpoints', 'mini-xception-fer2013');
  await cp(shipped, join(folder, 'run'), { recursive: true });
  await cp(shipped, join(folder, 'foreign'), { recursive: true });
  const file = join(folder, 'foreign', 'model.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...json, userDefinedMetadata: undefined, generatedBy: 'keras v2.4.0' }));
  writeFileSync(join(folder, 'notes.h5'), 'not a model');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('fer eval of a model without a card', () => {
  test('assumes the order of FER-2013 and says so, once, on stderr and in the document', async () => {
    const { document, stderr } = await evaluate();
    const warnings = stderr.split('\n').filter((line) => line.startsWith('warning: '));
    expect(warnings).toEqual([
      expect.stringMatching(/foreign \(keras v2\.4\.0\) has no model card\. Assumed: labels angry/),
    ]);
    expect(document.assumed).toEqual([
      { field: 'classNames', value: labelOrders.fer2013, from: 'default' },
      { field: 'scaling', value: 'minus-one-to-one', from: 'default' },
      { field: 'resizeFilter', value: 'bilinear-half-pixel', from: 'default' },
    ]);
    const run = await fer('eval', '--data', 'faces.csv', '--model', 'run', '--json');
    const { reports, assumed } = JSON.parse(run.stdout) as EvalDocument;
    expect(assumed).toEqual([]);
    expect(run.stderr).not.toContain('warning');
    expect(document.reports).toEqual([{ ...reports[0], model: { ...reports[0]!.model, name: 'foreign' } }]);
  });

  test('pairs other orders with the classes of the data', async () => {
    const straight = answers((await evaluate()).document);
    const { document } = await evaluate('--labels', 'alphabetical');
    // angry, disgust, fear, happy, neutral, sad, surprise in the order of the data
    expect(answers(document)).toEqual([0, 1, 2, 3, 5, 6, 4].map((output) => straight[output]));
    expect(straight.filter((count) => count > 0).length).toBeGreaterThan(1);
    expect(document.assumed[0]).toMatchObject({ field: 'classNames', from: 'user' });
    expect(document.reports[0]!.classNames).toEqual(labelOrders.fer2013);
  });

  test('counts looks at PrivateTest, and is quiet when asked', async () => {
    const first = await evaluate('--split', 'PrivateTest');
    const { document, stderr } = await evaluate('--split', 'PrivateTest', '--quiet');
    expect(document.reports[0]!.privateTestLooks).toBe(first.document.reports[0]!.privateTestLooks! + 1);
    expect(stderr).toBe('');
    expect(existsSync(join(folder, 'foreign', 'private-test-looks.json'))).toBe(true);
  });
});

describe('fer train beginning with a model without a card', () => {
  const train = ['train', '--data', 'faces.csv', '--epochs', '1', '--engine', 'wasm', '--threads', '1', '--init'];

  test('trains what it is told, and the new model says it', async () => {
    const told = ['--labels', 'alphabetical', '--scaling', 'zero-to-one', '--input-size', '48'];
    const { status, stderr } = await fer(...train, 'foreign', ...told, '--out', 'tuned');
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('As told: labels angry, disgust, fear, happy, neutral'),
    });
    expect(stderr).toContain(
      "its outputs are put in the order of the data's classes, angry, disgust, fear, happy, sad",
    );
    const json = JSON.parse(readFileSync(join(folder, 'tuned', 'model.json'), 'utf8')) as Record<string, unknown>;
    expect(json['userDefinedMetadata']).toMatchObject({ scaling: 'zero-to-one', classNames: labelOrders.fer2013 });
    const again = await fer('predict', picture, '--model', 'tuned', '--scaling', 'zero-to-one');
    expect(again).toMatchObject({ status: 0, stderr: expect.not.stringContaining('warning') });
  });

  test.each([
    ['scaling against a card', [...train, 'run', '--scaling', 'none'], 'its model card says scaling minus-one-to-one'],
    ['an unknown order', [...train, 'foreign', '--labels', 'fer2014'], 'labels: expected a known order (fer2013,'],
    ['scaling without --init', ['train', '--data', 'faces.csv', '--scaling', 'none'], 'scaling: expected null where'],
    ['labels for a resume', ['train', '--resume', 'run', '--labels', 'raf-db'], 'Only --epochs, --threads'],
  ])('refuses %s', async (_what, words, problem) => {
    const outcome = await fer(...words);
    expect(outcome).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(problem) });
  });
});

describe('fer predict with a model without a card', () => {
  test('answers in the words of the user, and scales as told', async () => {
    const words = ['predict', picture, '--model', join('foreign', 'model.json'), '--json'];
    const plain = JSON.parse((await fer(...words)).stdout) as { predictions: [{ probabilities: object }] };
    const labels = 'a,b,c,d,e,f,g';
    const told = await fer(...words, '--labels', labels, '--scaling', 'zero-to-one', '--input-size', '48');
    expect(told).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('As told: labels a, b, c, d, e, f, g; scaling'),
    });
    const document = JSON.parse(told.stdout) as typeof plain & { assumed: AssumedField[] };
    expect(Object.keys(document.predictions[0].probabilities)).toEqual(labels.split(','));
    expect(Object.values(document.predictions[0].probabilities)).not.toEqual(
      Object.values(plain.predictions[0].probabilities),
    );
    expect(document.assumed.map(({ from }) => from)).toEqual(['user', 'user', 'default']);
  });

  test.each([
    ['labels of another count', 'foreign', ['--labels', 'ferplus'], 2, 'expected a label for each of its 7 outputs'],
    [
      'an unknown order',
      'foreign',
      ['--labels', 'fer2014'],
      2,
      'labels: expected a known order (fer2013, alphabetical,',
    ],
    ['another size', 'foreign', ['--input-size', '64'], 2, 'the file says an input of 48x48'],
    ['no size', 'foreign', ['--input-size', '0'], 2, 'Expected a whole number from 1 to 1024'],
    ['an unknown scaling', 'foreign', ['--scaling', 'mean'], 2, 'minus-one-to-one, zero-to-one, none'],
    ['labels against a card', 'run', ['--labels', 'alphabetical'], 2, 'its model card says classes angry, disgust'],
    ['scaling against a card', 'run', ['--scaling', 'none'], 2, 'its model card says scaling minus-one-to-one'],
    ['a file that is no model', 'notes.h5', [], 1, 'notes.h5: expected a model.json, an HDF5 file'],
    ['a folder without a model', 'pictures', [], 1, 'model.json: no such file'],
  ])('refuses %s', async (_what, model, words, status, problem) => {
    const outcome = await fer('predict', picture, '--model', model, ...words);
    expect(outcome).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(problem) });
    expect(outcome.stderr).not.toContain('    at ');
  });
});
