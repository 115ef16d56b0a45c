/** Drawings that commands write to files, SVG or PNG by the end of the name. Vega loads only when something is drawn. */
import { extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { replaceFile } from '../src/files.js';
import type { renderSvg } from '../src/plot/render.js';

type PlotSpec = Parameters<typeof renderSvg>[0];

/** The path of a plot as commander parses it: other endings are refused before any work is done. */
export function parsePlotPath(path: string): string {
  if (['.svg', '.png'].includes(extname(path).toLowerCase())) return path;
  throw new InvalidArgumentError('Expected a file that ends in .svg or .png.');
}

/** Draws `spec` into each of the files. Throws WRITE_FAILED. */
export async function writePlot(spec: PlotSpec, ...paths: readonly string[]): Promise<void> {
  const { renderPng, renderSvg } = await import('../src/plot/render.js');
  const svg = await renderSvg(spec);
  for (const path of paths) await replaceFile(path, /\.png$/i.test(path) ? await renderPng(svg) : svg);
}
