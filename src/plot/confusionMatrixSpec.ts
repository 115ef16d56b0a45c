/** A confusion matrix as a Vega-Lite spec: counts and row shares in cells shaded by the row share. */
import type { TopLevelSpec } from 'vega-lite';
import type { EvaluationReport } from '../eval/evaluationReport.js';
import { formatCount, formatPercent } from '../eval/decimals.js';
import { measureText } from './letters.js';
import { theme } from './theme.js';

/** Pixels of a cell's side. */
const cellSize = 56;
const labelSize = 11;
/** From no share to all of it (ColorBrewer's Blues). */
const shades = ['#f7fbff', '#6baed6', '#08519c'] as const;

/** What a confusion matrix needs of an evaluation. */
export type ConfusionMatrixData = Pick<
  EvaluationReport,
  'model' | 'split' | 'count' | 'accuracy' | 'interval' | 'classNames' | 'confusionMatrix'
>;

/** Rows are true classes, columns predicted ones; each cell shows its images and their share of the true class. */
export function confusionMatrixSpec(report: ConfusionMatrixData): TopLevelSpec {
  const { classNames, confusionMatrix, interval } = report;
  const [low, high] = interval;
  const size = cellSize * classNames.length;
  const axisFits = classNames.every((name) => measureText(name, labelSize) < cellSize - 4);
  const position = { type: 'nominal', sort: null } as const;
  const scale = { domain: [...classNames] };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: {
      text: `${report.model.name} on ${report.split}, no test-time augmentation`,
      subtitle: `${formatCount(report.count)} images, accuracy ${formatPercent(report.accuracy)} (95 % interval ${formatPercent(low)} to ${formatPercent(high)})`,
    },
    data: { values: cells(classNames, confusionMatrix) },
    width: size,
    height: size,
    encoding: {
      x: {
        ...position,
        field: 'predicted',
        scale,
        title: 'predicted class',
        axis: { labelAngle: axisFits ? 0 : -45, ticks: false, domain: false },
      },
      y: { ...position, field: 'actual', scale, title: 'true class', axis: { ticks: false, domain: false } },
    },
    layer: [
      {
        mark: { type: 'rect', stroke: '#dddddd', strokeWidth: 1 },
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], range: [...shades] },
            legend: {
              title: 'share of true class',
              format: '.0%',
              values: [0, 0.25, 0.5, 0.75, 1],
              direction: 'horizontal',
              orient: 'bottom',
              gradientLength: 200,
            },
          },
        },
      },
      cellText('count', { fontSize: 13, dy: -6 }),
      cellText('percent', { fontSize: 10, dy: 10 }),
    ],
  };
}

function cellText(field: 'count' | 'percent', place: { fontSize: number; dy: number }) {
  return {
    mark: { type: 'text', ...place },
    encoding: {
      text: { field, type: 'nominal' },
      color: { condition: { test: 'datum.share > 0.5', value: 'white' }, value: '#333333' },
    },
  } as const;
}

function cells(classNames: readonly string[], matrix: ConfusionMatrixData['confusionMatrix']) {
  return matrix.flatMap((row, actual) => {
    const support = row.reduce((total, count) => total + count, 0);
    return row.map((count, predicted) => {
      const share = support > 0 ? count / support : 0;
      return {
        actual: classNames[actual]!,
        predicted: classNames[predicted]!,
        count: formatCount(count),
        share,
        percent: formatPercent(share),
      };
    });
  });
}
