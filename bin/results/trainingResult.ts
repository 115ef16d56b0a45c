/** What `fer train` leaves and says when a run has ended. */
import { basename, join } from 'node:path';
import { formatCount, formatPercent } from '../../src/eval/decimals.js';
import type { TrainingResult } from '../../src/train/trainer.js';
import type { OutputOptions } from '../output.js';
import { writePlot } from '../plotFile.js';
import { formatDuration } from '../terminal/duration.js';

/** Writes curves.svg and curves.png of loss and accuracy into the run folder, when an epoch has finished. */
export async function writeCurves({ runFolder, history, bestEpoch }: TrainingResult): Promise<void> {
  if (history.length === 0) return;
  const { trainingCurvesSpec } = await import('../../src/plot/trainingCurvesSpec.js');
  const spec = trainingCurvesSpec(history, { title: basename(runFolder), bestEpoch });
  await writePlot(spec, join(runFolder, 'curves.svg'), join(runFolder, 'curves.png'));
}

/** The result for a person, with what to do next; with `--json` one line of JSON, the last after the events. */
export function formatResult(result: TrainingResult, { json }: OutputOptions): string {
  const { runFolder, reason, history, bestEpoch, metric, elapsedMs } = result;
  if (json === true) {
    return JSON.stringify({
      type: 'result',
      run: runFolder,
      reason,
      epochs: history.length,
      bestEpoch,
      metric,
      elapsedMs,
    });
  }
  const epochs = history.length === 1 ? '1 epoch' : `${history.length} epochs`;
  const lines = [`Run ${runFolder}: ${epochs} in ${formatDuration(elapsedMs)}`];
  if (metric) {
    const [low, high] = metric.interval.map(formatPercent);
    lines.push(
      `Best epoch ${bestEpoch}: ${metric.split} accuracy ${formatPercent(metric.accuracy)} (95 % interval ${low!} to ${high!}, ` +
        `${formatCount(metric.count)} images), macro F1 ${metric.macroF1.toFixed(3)}, cross-entropy ${metric.loss.toFixed(4)}`,
      `Files: model.json with its weights (TensorFlow.js), model.h5 (Keras), run.json, history.csv, curves.svg, curves.png`,
    );
  }
  lines.push(...nextSteps(result));
  return lines.join('\n');
}

function nextSteps({ runFolder, reason }: TrainingResult): string[] {
  if (reason === 'interrupted') return ['', 'Go on with:', `  fer train --resume ${runFolder}`];
  return [
    '',
    'Next:',
    `  fer eval --model ${runFolder} --data <csv> --split Training,PublicTest`,
    `  fer predict --model ${runFolder} <image>`,
  ];
}
