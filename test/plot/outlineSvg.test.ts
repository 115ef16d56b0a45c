/** Text elements become outlines, in place. */
import { describe, expect, test } from '@jest/globals';
import { unitsPerEm } from '../../src/plot/glyphs.js';
import { findGlyph, measureText } from '../../src/plot/letters.js';
import { outlineSvg } from '../../src/plot/outlineSvg.js';

const svg = (body: string): string => `<svg width="9" height="9">${body}</svg>`;

describe('outlineSvg', () => {
  test('uses one outline per letter, each letter one advance further', () => {
    const drawn = outlineSvg(svg('<text transform="translate(5,6)" font-size="20px" fill="#000">lil</text>'));
    const [l, i] = [findGlyph('l')!, findGlyph('i')!];
    const scale = 20 / unitsPerEm;
    expect(drawn).toBe(
      [
        '<svg width="9" height="9">',
        `<defs><path id="glyph-108" d="${l.outline}"/><path id="glyph-105" d="${i.outline}"/></defs>`,
        '<g transform="translate(5,6)" fill="#000" aria-label="lil">',
        `<g transform="translate(0,0) scale(${scale},${-scale})">`,
        `<use href="#glyph-108" x="0"/><use href="#glyph-105" x="${l.advance}"/>`,
        `<use href="#glyph-108" x="${l.advance + i.advance}"/></g></g></svg>`,
      ].join(''),
    );
  });

  test.each([
    ['middle', 0.5],
    ['end', 1],
  ])('an anchor at the %s moves the text to the left', (anchor, share) => {
    const drawn = outlineSvg(svg(`<text text-anchor="${anchor}" font-size="10px">abc</text>`));
    expect(drawn).toContain(`translate(${-share * measureText('abc', 10)},0)`);
  });

  test('draws escaped characters as what they stand for', () => {
    const drawn = outlineSvg(svg('<text font-size="10px">&lt;&amp;</text>'));
    expect(drawn).toContain('aria-label="&lt;&amp;"');
    expect(drawn).toContain(`<use href="#glyph-38" x="${findGlyph('<')!.advance}"/>`);
  });

  test('leaves letters without a glyph to the fonts of the viewer', () => {
    const text = '<text font-size="10px">怒り</text>';
    expect(outlineSvg(svg(text))).toContain(text);
  });
});
