/** Flags from a table: what was typed, nested as the config is. */
import { Command } from 'commander';
import { describe, expect, test } from '@jest/globals';
import { addFlags, parseNumber, parseText, readFlags, type FlagTable } from '../../bin/flagTable.js';

interface Config {
  readonly data: string;
  readonly epochs: number;
  readonly schedule: 'constant' | 'cosine';
  readonly augment: { readonly mirror: boolean; readonly zoom: number };
}

const group = 'Training';
const table: FlagTable<Config> = {
  data: { group, flags: '-d, --data <csv>', description: 'CSV', parse: parseText },
  epochs: { group, flags: '-e, --epochs <count>', description: 'passes', parse: parseNumber },
  schedule: {
    group,
    flags: '--schedule <name>',
    description: 'rate',
    choices: ['constant', 'cosine'],
  },
  augment: {
    mirror: { group, flags: '--no-mirror', description: 'no mirror' },
    zoom: { group, flags: '--zoom <fraction>', description: 'zoom', parse: parseNumber },
  },
};

function parsed(...words: string[]): Command {
  const command = new Command('fer').exitOverride().configureOutput({ writeErr: () => undefined });
  addFlags(command, table, { epochs: 50, augment: { mirror: true, zoom: 0.1 } });
  return command.parse(words, { from: 'user' });
}

describe('flag table', () => {
  test('only what was typed is read; the defaults are left to the config', () => {
    expect(readFlags(parsed(), table)).toEqual({});
    expect(readFlags(parsed('--epochs', '3', '--no-mirror'), table)).toEqual({ epochs: 3, augment: { mirror: false } });
    expect(readFlags(parsed('-d', '5', '-e', '1e1', '--schedule', 'cosine', '--zoom=0'), table)).toEqual({
      data: '5',
      epochs: 10,
      schedule: 'cosine',
      augment: { zoom: 0 },
    });
  });

  test('a value that is no number, or not one of the choices, is refused', () => {
    expect(() => parsed('--epochs', 'many')).toThrow('Expected a number');
    expect(() => parsed('--epochs', '')).toThrow('Expected a number');
    expect(() => parsed('--schedule', 'cos')).toThrow('Allowed choices are constant, cosine');
  });

  test('the help tells the defaults, in words of the flag where it has them', () => {
    const worded = new Command('fer');
    const decay = { group, flags: '--decay <factor>', description: 'decay', parse: parseNumber };
    addFlags<{ decay: number }>(worded, { decay: { ...decay, standard: '0.004 with adamw' } }, { decay: 0 });
    expect(worded.helpInformation()).toContain('decay (default: 0.004 with adamw)');

    const help = parsed().helpInformation();
    expect(help).toContain('passes (default: 50)');
    expect(help).toContain('zoom (default: 0.1)');
  });
});
