/** Replaces the texts of a drawing by their outlines, so that it needs no font wherever it is shown. */
import { unitsPerEm } from './glyphs.js';
import { findGlyph, measureText } from './letters.js';

/** One line of text as Vega writes it: attributes, and content that is escaped and has no elements in it. */
const textElement = /<text([^>]*)>([^<]*)<\/text>/g;

/** Share of its width that a text reaches to the left of its anchor. */
const anchorShares: Readonly<Record<string, number>> = { start: 0, middle: 0.5, end: 1 };

/** Font size of a Vega text that names none, in pixels. */
export const defaultFontSize = 11;

/**
 * `svg` with each `<text>` as a group of outlines labelled with the same words; a letter's outline is written once and used by all.
 * A text with a letter that the bundled glyphs lack (Greek, Chinese, ...) stays text, for the viewer's own fonts.
 */
export function outlineSvg(svg: string): string {
  const outlines = new Map<string, string>();
  const drawn = svg.replace(textElement, (element, attributes: string, content: string) => {
    const letters = Array.from(unescapeXml(content));
    const fontSize = Number.parseFloat(attribute(attributes, 'font-size') ?? String(defaultFontSize));
    const share = anchorShares[attribute(attributes, 'text-anchor') ?? 'start']!;
    let left = 0;
    let uses = '';
    for (const letter of letters) {
      const glyph = findGlyph(letter);
      if (!glyph) return element;
      const id = `glyph-${letter.codePointAt(0)!}`;
      if (glyph.outline !== '') {
        outlines.set(id, glyph.outline);
        uses += `<use href="#${id}" x="${left}"/>`;
      }
      left += glyph.advance;
    }
    const scale = fontSize / unitsPerEm;
    const start = -share * measureText(letters.join(''), fontSize);
    const kept = attributes.replace(/ (?:text-anchor|aria-label|font-[a-z]+)="[^"]*"/g, '');
    const label = content.replaceAll('"', '&quot;');
    return `<g${kept} aria-label="${label}"><g transform="translate(${start},0) scale(${scale},${-scale})">${uses}</g></g>`;
  });
  const definitions = Array.from(outlines, ([id, outline]) => `<path id="${id}" d="${outline}"/>`);
  return drawn.replace(/<svg[^>]*>/, (opening) => `${opening}<defs>${definitions.join('')}</defs>`);
}

function attribute(attributes: string, name: string): string | undefined {
  return new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
}

function unescapeXml(content: string): string {
  return content.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
