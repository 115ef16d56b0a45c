/** The completion scripts, run by the shells themselves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { bashCompletion } from '../../bin/completion/bash.js';
import { completionCommands } from '../../bin/completion/commandTree.js';
import { fishCompletion } from '../../bin/completion/fish.js';
import { zshCompletion } from '../../bin/completion/zsh.js';
import { createProgram } from '../../bin/program.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const commands = completionCommands(createProgram());
const scripts = { bash: bashCompletion(commands), zsh: zshCompletion(commands), fish: fishCompletion(commands) };
const installed = Object.entries(scripts).filter(([shell]) => spawnSync(shell, ['-c', 'true']).status === 0);

/** What bash suggests after `line`, whose last word is being typed. */
function completeInBash(line: string): string[] {
  const words = line.split(' ');
  const typed = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _fer; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', `${scripts.bash}\n${ask}`], { encoding: 'utf8' });
  return output.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  test('the tree holds every command, with its options and what its arguments are', () => {
    expect(commands.map(({ path }) => path)).toEqual([
      'fer',
      'fer data',
      'fer data stats',
      'fer data synth',
      'fer train',
      'fer eval',
      'fer predict',
      'fer export',
      'fer engine',
      'fer engine list',
      'fer engine install',
      'fer engine remove',
      'fer bench',
      'fer completion',
    ]);
    const train = commands.find(({ path }) => path === 'fer train');
    const option = (name: string): unknown => train?.options.find(({ names }) => names.includes(name))?.value;
    expect(option('--schedule')).toEqual({ kind: 'choices', names: ['constant', 'cosine', 'plateau'] });
    expect(option('--data')).toEqual({ kind: 'file' });
    expect(option('--epochs')).toEqual({ kind: 'text' });
    expect(option('--no-mirror')).toBeUndefined();
    expect(commands.at(-1)?.argument).toEqual({ kind: 'choices', names: ['bash', 'zsh', 'fish'] });
  });

  test.each(installed)('%s accepts its script', (shell, script) => {
    const file = join(folder, `fer.${shell}`);
    writeFileSync(file, script);
    const checked = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect({ status: checked.status, stderr: checked.stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.each(Object.entries(scripts))('%s knows every long option', (_shell, script) => {
    const long = commands
      .flatMap(({ options }) => options.flatMap(({ names }) => names))
      .filter((name) => name.startsWith('--'));
    for (const name of long) expect(script).toContain(name.slice(2));
  });

  test.each([
    ['fer p', ['predict']],
    ['fer data s', ['stats', 'synth']],
    ['fer train --sch', ['--schedule']],
    ['fer train --schedule co', ['constant', 'cosine']],
    ['fer train --epochs 3 --batch-s', ['--batch-size']],
    ['fer train --labels ra', ['raf-db']],
    ['fer export --format o', ['onnx']],
    ['fer engine install c', ['cuda']],
    ['fer completion ', ['bash', 'zsh', 'fish']],
    // Nothing: bash itself completes file names here.
    ['fer predict pho', []],
    ['fer train --data fer', []],
  ])('bash completes "%s"', (line, expected) => {
    expect(completeInBash(line)).toEqual(expected);
  });
});
