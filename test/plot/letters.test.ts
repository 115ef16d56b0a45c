/** Widths and outlines from the bundled glyphs. */
import { expect, test } from '@jest/globals';
import { glyphTable, unitsPerEm } from '../../src/plot/glyphs.js';
import { findGlyph, measureText } from '../../src/plot/letters.js';

test('a width is the sum of the advances at the font size', () => {
  const [m, i] = [findGlyph('m')!.advance, findGlyph('i')!.advance];
  expect(m).toBeGreaterThan(2 * i);
  expect(measureText('mim', 10)).toBeCloseTo(((2 * m + i) * 10) / unitsPerEm, 12);
  expect(measureText('', 10)).toBe(0);
});

test('an unknown letter is one em wide', () => {
  expect(findGlyph('怒')).toBeUndefined();
  expect(measureText('怒', 12)).toBe(12);
});

test('covers ASCII, accented letters and the signs that plots use', () => {
  const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  for (const letter of [...ascii, ...Array.from('äéñßØ°±·–—…−')])
    expect([letter, findGlyph(letter)]).toEqual([letter, expect.anything()]);
});

test('every outline is made of closed contours of absolute lines and curves', () => {
  for (const line of glyphTable.trim().split('\n')) {
    expect(line).toMatch(/^\d+ \d+ (?:(?:M[-\d. ]+(?:[LQ][-\d. ]+)*Z)*)$/);
  }
});
