/** Datasets of a few one-coloured images. */
import { classNames, usages, type Dataset, type Usage } from '../../src/data/dataset.js';

/** 2x2 images: [label, split, grey level] each. */
export function smallDataset(rows: readonly (readonly [number, Usage, number])[]): Dataset {
  return {
    pixels: Uint8Array.from(rows.flatMap(([, , level]) => [level, level, level, level])),
    labels: Uint8Array.from(rows.map(([label]) => label)),
    usage: Uint8Array.from(rows.map(([, usage]) => usages.indexOf(usage))),
    count: rows.length,
    height: 2,
    width: 2,
    classNames,
    hash: 'of the source',
  };
}
