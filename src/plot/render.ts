/** Vega-Lite specs to SVG and SVG to PNG. Vega and sharp load on the first call: who draws nothing waits for nothing. */
import type { TopLevelSpec } from 'vega-lite';
import { measureText } from './letters.js';
import { defaultFontSize, outlineSvg } from './outlineSvg.js';

/** How wide Vega takes a text to be; Vega 6 exports it, to be replaced where there is no canvas, but without a type. */
interface TextMetrics {
  textMetrics: { width: (item: { fontSize?: number }, text: unknown) => number };
}

/** Draws `spec` to an SVG document that needs no font: words are outlines. The same spec gives the same bytes. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const vega = await import('vega');
  const { compile } = await import('vega-lite');
  const { textMetrics } = vega as unknown as TextMetrics;
  // Without a canvas Vega guesses widths; these are exact, and the letters drawn are the same.
  textMetrics.width = (item, text) =>
    typeof text === 'string' ? measureText(text.trim(), item.fontSize ?? defaultFontSize) : 0;
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  try {
    return outlineSvg(renumberGradients(await view.toSVG()));
  } finally {
    view.finalize();
  }
}

/** Vega counts gradients on from drawing to drawing; the same drawing must have the same names. */
function renumberGradients(svg: string): string {
  const names = [...new Set(svg.match(/\bgradient_\d+/g))];
  return svg.replace(/\bgradient_\d+/g, (name) => `gradient-${names.indexOf(name)}`);
}

export interface PngOptions {
  /** Pixels per unit of the drawing; 2 when absent, for sharp letters on dense screens. */
  readonly scale?: number;
}

/** The bytes of a PNG file of an SVG document. */
export async function renderPng(svg: string, options: PngOptions = {}): Promise<Buffer> {
  const { scale = 2 } = options;
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg), { density: 72 * scale })
    .png()
    .toBuffer();
}
