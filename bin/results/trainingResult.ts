/** What `fer train` says when a run has ended. */
import { formatCount, formatPercent } from '../../src/eval/decimals.js';
import type { TrainingResult } from '../../src/train/trainer.js';
import type { OutputOptions } from '../output.js';
import { formatDuration } from '../terminal/duration.js';
import { shellWord } from '../terminal/shellWord.js';
import { wrapText } from '../terminal/wrap.js';
import { curveFiles } from './trainingCurves.js';

/** Of any terminal. */
const width = 80;

export interface ResultOptions extends OutputOptions {
  /** Whether the curves stand in the run folder. */
  readonly hasCurves: boolean;
}

/** The result for a person, with what to do next; with `--json` one line of JSON, the last after the events. */
export function formatResult(result: TrainingResult, { json, hasCurves }: ResultOptions): string {
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
    const files = ['model.json with its weights (TensorFlow.js)', 'model.h5 (Keras)', 'run.json', 'history.csv'];
    const sentences = [
      `Best epoch ${bestEpoch}: ${metric.split} accuracy ${formatPercent(metric.accuracy)} (95 % interval ${low!} to ${high!}, ` +
        `${formatCount(metric.count)} images), macro F1 ${metric.macroF1.toFixed(3)}, cross-entropy ${metric.loss.toFixed(4)}`,
      `Files: ${[...files, ...(hasCurves ? curveFiles : [])].join(', ')}`,
    ];
    lines.push(...sentences.map((sentence) => wrapText(sentence, { width, rest: '  ' })));
  }
  lines.push(...nextSteps(result));
  return lines.join('\n');
}

/** Commands that can be pasted as they are. */
function nextSteps({ runFolder, data, reason }: TrainingResult): string[] {
  const run = shellWord(runFolder);
  if (reason === 'interrupted') return ['', 'Go on with:', `  fer train --resume ${run}`];
  return [
    '',
    'Next:',
    `  fer eval --model ${run} --data ${shellWord(data)} --split Training,PublicTest`,
    `  fer predict --model ${run} face.png`,
  ];
}
