/** Flags from a table: what was typed, nested as the config is. */
import { Command } from 'commander';
import { describe, expect, test } from '@jest/globals';
import {
  addFlags,
  parseList,
  parseNumber,
  parseNumbersByName,
  parseText,
  readFlags,
  type FlagTable,
} from '../../bin/flagTable.js';

interface Config {
  readonly data: string;
  readonly epochs: number;
  readonly schedule: 'constant' | 'cosine';
  readonly freeze: readonly string[];
  readonly rates: Readonly<Record<string, number>>;
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
  freeze: { group, flags: '--freeze <layers>', description: 'layers', parse: parseList },
  rates: { group, flags: '--rate <layers=factor>', description: 'rates', parse: parseNumbersByName },
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

  test('lists and names with numbers may repeat and have commas; the last number of a name counts, in its new place', () => {
    const { freeze } = readFlags(parsed('--freeze', 'a,b*', '--freeze', ' c '), table);
    expect(freeze).toEqual(['a', 'b*', 'c']);
    const { rates } = readFlags(parsed('--rate', 'a=1,b*=0.5', '--rate', 'a=2e-1'), table);
    expect(Object.entries(rates as object)).toEqual([
      ['b*', 0.5],
      ['a', 0.2],
    ]);
    expect(() => parsed('--freeze', 'a,,b')).toThrow('names with commas');
    expect(() => parsed('--freeze', '')).toThrow('names with commas');
    for (const wrong of ['a', 'a=', '=1', 'a=1=2']) expect(() => parsed('--rate', wrong)).toThrow('name=number');
    expect(() => parsed('--rate', 'a=much')).toThrow('Expected a number');
  });

  test('a value that is no number, or not one of the choices, is refused', () => {
    expect(() => parsed('--epochs', 'many')).toThrow('Expected a number');
    expect(() => parsed('--epochs', '')).toThrow('Expected a number');
    expect(() => parsed('--schedule', 'cos')).toThrow('Allowed choices are constant, cosine');
  });

  test('words that a parser takes beside others are listed, and others stay possible', () => {
    const command = new Command('fer');
    const mood = { group, flags: '--mood <names>', description: 'moods', words: ['all', 'none'], parse: parseList };
    addFlags<{ mood: readonly string[] }>(command, { mood }, {});
    expect(command.helpInformation()).toContain('moods (choices: "all", "none")');
    command.parse(['--mood', 'calm,loud'], { from: 'user' });
    expect(command.getOptionValue('mood')).toEqual(['calm', 'loud']);
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
