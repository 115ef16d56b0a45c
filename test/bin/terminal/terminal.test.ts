/** Text for a terminal: times, tables and bars. */
import { describe, expect, test } from '@jest/globals';
import { formatBarChart } from '../../../bin/terminal/barChart.js';
import { formatDuration } from '../../../bin/terminal/duration.js';
import { fitTerminal } from '../../../bin/terminal/fitTerminal.js';
import { shellWord } from '../../../bin/terminal/shellWord.js';
import { formatTable } from '../../../bin/terminal/table.js';
import { wrapText } from '../../../bin/terminal/wrap.js';

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [999.6, '1.0 s'],
  [12_340, '12.3 s'],
  [59_960, '1 min 00 s'],
  [245_000, '4 min 05 s'],
  [7_620_000, '2 h 07 min'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test('a table aligns names to the left and numbers to the right', () => {
  const rows = [
    ['class', 'count'],
    ['happy', '7,215'],
    ['disgust', '436'],
  ];
  expect(formatTable(rows)).toBe('class    count\nhappy    7,215\ndisgust    436');
});

describe('bar chart', () => {
  const bars = [
    { label: 'sad', value: 4, text: '4' },
    { label: 'angry', value: 1, text: '1' },
    { label: 'fear', value: 0, text: '0' },
  ];

  test('the longest bar fills the width, to an eighth of a character', () => {
    expect(formatBarChart(bars, { width: 10 })).toBe('sad    ██████████ 4\nangry  ██▌ 1\nfear   0');
  });

  test('a fixed full length, and no bar at all where every value is 0', () => {
    expect(formatBarChart([{ label: 'happy', value: 0.5, text: '50 %' }], { width: 4, full: 1 })).toBe(
      'happy  ██ 50 %',
    );
    expect(formatBarChart([{ label: 'happy', value: 0, text: '0' }])).toBe('happy  0');
  });
});

test('text is broken at its spaces, and a word that is too long stays whole', () => {
  expect(wrapText('one two three', { width: 20 })).toBe('one two three');
  expect(wrapText('one two three', { width: 9, first: '> ' })).toBe('> one two\n  three');
  expect(wrapText('one two three', { width: 7, first: '> ', rest: '' })).toBe('> one\ntwo\nthree');
  expect(wrapText('a /path/that/is/long here', { width: 8 })).toBe('a\n/path/that/is/long\nhere');
});

test('text is broken for a terminal of its width, and for nothing else', () => {
  const text = 'one two three\n  four five';
  expect(fitTerminal(text, {})).toBe(text);
  expect(fitTerminal(text, { isTTY: true, columns: 8 })).toBe('one two\n  three\n  four\n  five');
  expect(fitTerminal('word '.repeat(20).trim(), { isTTY: true, columns: 0 }).split('\n')).toHaveLength(2);
});

test.each<[string, NodeJS.Platform, string]>([
  ['runs/a-1_b.csv', 'linux', 'runs/a-1_b.csv'],
  ['my data.csv', 'linux', "'my data.csv'"],
  ["it's", 'linux', "'it'\\''s'"],
  ['a;b', 'darwin', "'a;b'"],
  ['~x', 'linux', "'~x'"],
  ['', 'linux', "''"],
  ['C:\\runs\\a', 'win32', 'C:\\runs\\a'],
  ['C:\\my runs', 'win32', '"C:\\my runs"'],
])('%j as a word of a shell on %s is %s', (text, platform, word) => {
  expect(shellWord(text, platform)).toBe(word);
});
