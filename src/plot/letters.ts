/** Widths and outlines of letters from the bundled glyphs, the same on a machine with no fonts as on one with many. */
import { glyphTable, unitsPerEm } from './glyphs.js';

/** One letter in font units, `unitsPerEm` to the font size. */
export interface Glyph {
  /** Distance to the next letter. */
  readonly advance: number;
  /** SVG path data, y upwards; empty for a space. */
  readonly outline: string;
}

let parsedGlyphs: ReadonlyMap<string, Glyph> | undefined;

/** The glyph of `letter`, or undefined when it is not among the bundled ones: ASCII, the letters of Latin-1 and a few signs. */
export function findGlyph(letter: string): Glyph | undefined {
  parsedGlyphs ??= new Map(glyphTable.trim().split('\n').map(parseGlyph));
  return parsedGlyphs.get(letter);
}

/** Width of `text` in pixels at `fontSize` pixels per em; a letter without a glyph counts as one em. */
export function measureText(text: string, fontSize: number): number {
  const units = Array.from(text).reduce((total, letter) => total + (findGlyph(letter)?.advance ?? unitsPerEm), 0);
  return (units * fontSize) / unitsPerEm;
}

function parseGlyph(line: string): [string, Glyph] {
  const [code, advance, ...outline] = line.split(' ');
  return [String.fromCodePoint(Number(code)), { advance: Number(advance), outline: outline.join(' ') }];
}
