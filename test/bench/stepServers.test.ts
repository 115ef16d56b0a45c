/** The servers that `npm run bench` compares, in processes of their own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { measureInTurn, withServers } from '../../bench/stepServers.js';
import { findTfjs } from '../../bench/tfjs.js';
import { root } from '../bin/runFer.js';

const script = (name: string): string => join(root, 'dist', 'bench', `${name}.js`);
const tiny = ['--arch', 'tiny-xception', '--threads', '1', '--batch', '2', '--plain'] as const;

/** A server of three lines that says how often it was asked. */
const counter = `
let asked = 0;
console.log('ready');
process.stdin.on('data', (data) => { for (const action of String(data).trim().split('\\n'))
  if (action === 'q') process.exit(); else console.log(++asked); });`;

describe('measureInTurn', () => {
  test('asks each server as often as there are rounds, behind those that are not counted', async () => {
    const commands = new Map([
      ['ours', [process.execPath, script('stepServer'), ...tiny] as const],
      ['counter', [process.execPath, '-e', counter] as const],
    ]);
    const times = await withServers(commands, async (servers) => [
      await measureInTurn(servers, { action: 's', rounds: 3 }),
      await measureInTurn(servers, { action: '1', rounds: 1 }),
    ]);
    expect(times[0]!.get('counter')).toEqual([5, 6, 7]);
    expect(times[1]!.get('counter')).toEqual([12]);
    expect(times[0]!.get('ours')).toHaveLength(3);
    for (const milliseconds of times[0]!.get('ours')!) expect(milliseconds).toBeGreaterThan(0);
  });

  test('TensorFlow.js is a server too, on the backend that is always here', async () => {
    const [plain] = findTfjs().found;
    expect(plain).toMatchObject({ name: 'TensorFlow.js, cpu', trainingBatch: 2 });
    const times = await withServers(new Map([['tfjs', plain!.command(1)]]), (servers) =>
      measureInTurn(servers, { action: 'i', rounds: 1 }),
    );
    expect(times.get('tfjs')![0]).toBeGreaterThan(0);
  });

  test('a server that ends tells what it said', async () => {
    const failing = [process.execPath, '-e', 'console.error("no such network"); process.exitCode = 1'] as const;
    const started = withServers(new Map([['failing', failing]]), () => Promise.resolve());
    await expect(started).rejects.toThrow('The step server "failing" has ended. It said: no such network');
    const missing = withServers(new Map([['missing', [join(root, 'no-such-program')] as const]]), () =>
      Promise.resolve(),
    );
    await expect(missing).rejects.toThrow('ENOENT');
  });
});

describe('npm run bench', () => {
  const bench = (...words: string[]) => {
    const env = { ...process.env, PYTHON: join(root, 'no-python-here') };
    return spawnSync(process.execPath, [script('engines'), ...words], { encoding: 'utf8', env });
  };

  test('measures the engine alone where there is no Python, and says so', () => {
    const { status, stdout } = bench(
      '--only',
      'architectures',
      '--arch',
      'tiny-xception',
      '--batch',
      '2',
      '--rounds',
      '1',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^Node ${process.versions.node} .*\nPyTorch and Keras are left out: .*no-python-here`),
    );
    expect(stdout).toMatch(/\nnetwork +batch +fer, strict, \d+-bit.*\ntiny-xception +2 +\d+\.\d/);
  });

  test('refuses what it does not know', () => {
    expect(bench('--only', 'trainings')).toMatchObject({
      status: 2,
      stdout: '',
      stderr:
        '--only: expected one or more of training, inference, single, architectures, epoch, tfjs; got trainings.\n',
    });
    expect(bench('--rounds', '0')).toMatchObject({ status: 2, stdout: '' });
    const unknown = expect.stringMatching(/^Unknown option '--round'.*\nusage: npm run bench -- /);
    expect(bench('--round', '3')).toMatchObject({ status: 2, stdout: '', stderr: unknown });
  });

  test('--help tells its options', () => {
    const usage = expect.stringMatching(/^usage: npm run bench -- \[--only NAMES\]/);
    expect(bench('--help')).toMatchObject({ status: 0, stdout: usage, stderr: '' });
  });
});
