/** How many images each class has, as a Vega-Lite spec. */
import type { TopLevelSpec } from 'vega-lite';
import { formatCount } from '../eval/decimals.js';
import { colours, theme } from './theme.js';

/** The images of one class in one split. */
export interface ClassCount {
  readonly className: string;
  readonly split: string;
  readonly count: number;
}

export interface ClassCountsOptions {
  /** Over the plot, such as the file's name. */
  readonly title: string;
}

const splitColours = [colours.blue, colours.orange, colours.green];

/** Horizontal bars with their counts, grouped by class in the order given, one bar per split. */
export function classCountsSpec(counts: readonly ClassCount[], options: ClassCountsOptions): TopLevelSpec {
  const classNames = [...new Set(counts.map((row) => row.className))];
  const splits = [...new Set(counts.map((row) => row.split))];
  const total = counts.reduce((sum, row) => sum + row.count, 0);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: options.title, subtitle: `${formatCount(total)} images in ${classNames.length} classes` },
    data: { values: counts.map((row) => ({ ...row, label: formatCount(row.count) })) },
    width: 440,
    height: { step: 16, for: 'offset' },
    encoding: {
      y: { field: 'className', type: 'nominal', sort: classNames, title: null, scale: { paddingInner: 0.25 } },
      yOffset: { field: 'split', type: 'nominal', sort: splits },
      x: { field: 'count', type: 'quantitative', title: 'images', axis: { format: ',d', tickMinStep: 1 } },
    },
    layer: [
      {
        mark: 'bar',
        encoding: {
          color: {
            field: 'split',
            type: 'nominal',
            sort: splits,
            scale: { domain: splits, range: splitColours.slice(0, splits.length) },
            legend: splits.length > 1 ? { title: null, orient: 'bottom' } : null,
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 4, fontSize: 10, color: '#333333' },
        encoding: { text: { field: 'label', type: 'nominal' } },
      },
    ],
  };
}
