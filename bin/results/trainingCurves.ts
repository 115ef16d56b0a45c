/** The drawing that `fer train` leaves beside the model. */
import { basename, join } from 'node:path';
import { FerError } from '../../src/errors.js';
import type { TrainingListener } from '../../src/train/events.js';
import type { TrainingResult } from '../../src/train/trainer.js';
import { writePlot } from '../plotFile.js';

/** In the run folder. */
export const curveFiles = ['curves.svg', 'curves.png'] as const;

/**
 * Writes the curves of loss and accuracy into the run folder, when an epoch has finished. What cannot be written becomes a warning:
 * the training itself has not failed. Returns whether there are curves.
 */
export async function drawCurves(
  { runFolder, history, bestEpoch }: TrainingResult,
  listener: TrainingListener,
): Promise<boolean> {
  if (history.length === 0) return false;
  const { trainingCurvesSpec } = await import('../../src/plot/trainingCurvesSpec.js');
  const spec = trainingCurvesSpec(history, { title: basename(runFolder), bestEpoch });
  try {
    await writePlot(spec, ...curveFiles.map((name) => join(runFolder, name)));
    return true;
  } catch (error) {
    if (!(error instanceof FerError)) throw error;
    listener({ type: 'warning', message: `The run is without its curves. ${error.message}` });
    return false;
  }
}
