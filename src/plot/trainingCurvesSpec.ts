/** Loss and accuracy over the epochs of a run as a Vega-Lite spec. */
import type { TopLevelSpec } from 'vega-lite';
import { colours, theme } from './theme.js';

/** One epoch of a run's history. */
export interface CurvePoint {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  /** In [0, 1], as is validationAccuracy. */
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

export interface TrainingCurvesOptions {
  /** Over the plot, such as the run's name. */
  readonly title: string;
  /** The epoch whose weights were kept; marked by a line. */
  readonly bestEpoch: number;
}

/** Two panels, loss and accuracy, with a curve for training and one for validation in each. */
export function trainingCurvesSpec(history: readonly CurvePoint[], options: TrainingCurvesOptions): TopLevelSpec {
  const { title, bestEpoch } = options;
  const best = history.find((point) => point.epoch === bestEpoch);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: {
      text: title,
      subtitle: best
        ? `best epoch ${bestEpoch} of ${history.length} (dashed line): validation loss ${best.validationLoss.toFixed(4)}, accuracy ${(best.validationAccuracy * 100).toFixed(1)} %`
        : `${history.length} epochs`,
    },
    hconcat: [
      panel({ history, bestEpoch, title: 'loss', training: 'loss', validation: 'validationLoss', format: '~g' }),
      panel({
        history,
        bestEpoch,
        title: 'accuracy',
        training: 'accuracy',
        validation: 'validationAccuracy',
        format: '~%',
      }),
    ],
    spacing: 32,
  };
}

interface PanelOptions {
  readonly history: readonly CurvePoint[];
  readonly bestEpoch: number;
  readonly title: string;
  readonly training: 'loss' | 'accuracy';
  readonly validation: 'validationLoss' | 'validationAccuracy';
  /** D3 number format of the vertical axis. */
  readonly format: string;
}

/** One drawing of those side by side. */
type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number];

function panel({ history, bestEpoch, title, training, validation, format }: PanelOptions): Panel {
  const values = history.flatMap((point) => [
    { epoch: point.epoch, value: point[training], images: 'training' },
    { epoch: point.epoch, value: point[validation], images: 'validation' },
  ]);
  const lastEpoch = Math.max(...history.map((point) => point.epoch));
  return {
    width: 320,
    height: 240,
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        title: 'epoch',
        // A lone epoch stands in the middle.
        scale: { domain: lastEpoch > 1 ? [1, lastEpoch] : [0, 2], nice: false },
        axis: { tickMinStep: 1, format: 'd', grid: false },
      },
    },
    layer: [
      {
        data: { values: [{ epoch: bestEpoch }] },
        mark: { type: 'rule', strokeDash: [4, 4], color: colours.grey },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2, point: history.length < 2 },
        encoding: {
          y: { field: 'value', type: 'quantitative', title, scale: { zero: false }, axis: { format } },
          color: {
            field: 'images',
            type: 'nominal',
            scale: { domain: ['training', 'validation'], range: [colours.blue, colours.orange] },
            legend: { title: null, orient: 'bottom' },
          },
        },
      },
    ],
  };
}
