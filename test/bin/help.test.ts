/**
 * The help of every command is pinned in test/bin/help/<command>.txt. After a wanted change, write the files anew with
 * `FER_UPDATE_HELP=1 npm run jest -- dist/test/bin/help.test.js` and read the difference before committing it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from '../../bin/program.js';
import { runFer } from './runFer.js';

const folder = fileURLToPath(new URL('../../../test/bin/help/', import.meta.url));
const commands = allCommands(createProgram(), ['fer']);

function allCommands(command: Command, path: readonly string[]): { path: string; command: Command }[] {
  const children = command.commands.flatMap((child) => allCommands(child, [...path, child.name()]));
  return [{ path: path.join('-'), command }, ...children];
}

/** What `--help` prints, 80 columns wide whatever the terminal. */
function helpText(command: Command): string {
  let text = '';
  command.configureOutput({ getOutHelpWidth: () => 80, writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

describe('--help', () => {
  test.each(commands)('$path is as pinned', ({ path, command }) => {
    const file = `${folder}${path}.txt`;
    if (process.env['FER_UPDATE_HELP'] === '1') writeFileSync(file, helpText(command));
    expect(helpText(command)).toBe(readFileSync(file, 'utf8'));
  });

  test.each(commands)('$path has an example, and describes every option and argument', ({ command }) => {
    expect(helpText(command)).toContain('$ fer ');
    for (const option of command.options) expect(option.description).not.toBe('');
    for (const argument of command.registeredArguments) expect(argument.description).not.toBe('');
  });

  test('is as wide where it goes to no terminal', async () => {
    const { status, stdout } = await runFer(['train', '--help'], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 0, stdout: readFileSync(`${folder}fer-train.txt`, 'utf8') });
  });

  test('no pinned text is left over from a command that is gone', () => {
    expect(readdirSync(folder).sort()).toEqual(commands.map(({ path }) => `${path}.txt`).sort());
  });
});
