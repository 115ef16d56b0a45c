/** What `fer doctor` prints: the machine, each engine, what was measured, and what `--engine auto` takes. */
import type { Diagnosis, EngineDiagnosis } from '../../src/doctor/diagnose.js';
import { estimatedRun } from '../../src/doctor/estimate.js';
import type { Finding } from '../../src/engine/engineProbe.js';
import { formatCount } from '../../src/eval/decimals.js';
import { formatDuration } from '../terminal/duration.js';
import { formatTable } from '../terminal/table.js';
import { wrapText } from '../terminal/wrap.js';
import { machineFacts } from './machineReport.js';

/** Of any terminal. */
const width = 80;
/** Of the longest name that a fact of a machine has. */
const nameWidth = 'disk for engines'.length;

/** The diagnosis as lines of at most 80 characters, but for paths that are longer. */
export function formatDiagnosis({ fer, machine, engines, auto }: Diagnosis): string {
  const measured = engines.filter(({ measurement }) => measurement !== undefined);
  const sections = [
    `fer ${fer} on this machine\n${formatFacts(machineFacts(machine))}`,
    ...engines.map(formatEngine),
    ...(measured.length > 0 ? [formatMeasurements(measured)] : []),
    ...(auto
      ? [`With --engine auto, the default of train and bench\n${wrapText(auto.remark, { width, first: '  ' })}`]
      : []),
  ];
  return sections.join('\n\n');
}

/** One line per fact, more where it needs them. */
function formatFacts(facts: readonly Finding[]): string {
  return facts
    .map(({ name, value, path }) => {
      const first = `  ${name.padEnd(nameWidth)}  `;
      const whole = path === undefined ? value : `${value}, ${path}`;
      if (path === undefined || first.length + whole.length <= width) return wrapText(whole, { width, first });
      return `${wrapText(`${value},`, { width, first })}\n${' '.repeat(first.length)}${path}`;
    })
    .join('\n');
}

function formatEngine({ probe, unmeasured }: EngineDiagnosis): string {
  const { engine, available, device, findings, problems, faster } = probe;
  const where = device === undefined ? '' : ` on ${device}`;
  const problemLines = problems.flatMap(({ problem, remedy }) => [
    wrapText(problem, { width, first: '  ! ' }),
    wrapText(remedy, { width, first: '  > ' }),
  ]);
  return [
    `Engine ${engine} ${available ? `runs${where}` : 'cannot run here'}`,
    ...(findings.length > 0 ? [formatFacts(findings)] : []),
    ...problemLines,
    ...(faster === undefined ? [] : [wrapText(faster, { width, first: '  > ' })]),
    ...(unmeasured === undefined
      ? []
      : [wrapText(`Not measured: too slow, or hanging. ${unmeasured}`, { width, first: '  ! ' })]),
  ].join('\n');
}

function formatMeasurements(measured: readonly EngineDiagnosis[]): string {
  const { arch, batchSize } = measured[0]!.measurement!;
  const { epochs, trainingRows, validationRows } = estimatedRun;
  const steps = measured[0]!.estimate!.stepsPerEpoch;
  const note =
    `The estimate is ${epochs} epochs of ${steps} steps (${formatCount(trainingRows)} images) and ${formatCount(validationRows)} images to ` +
    'validate, at these times. It leaves out reading the data, augmentation where that is slower than a step, checkpoints, and the early ' +
    'stopping that may end a run sooner.';
  return [
    `Measured: ${arch}, batches of ${batchSize}`,
    formatTable([
      ['  engine', 'step', 'images/s', 'inference', 'images/s', `FER-2013, ${epochs} epochs`],
      ...measured.map(measurementRow),
    ]),
    wrapText(note, { width, first: '  ' }),
  ].join('\n');
}

function measurementRow({ probe, measurement, estimate }: EngineDiagnosis): string[] {
  const { trainingStep, inference } = measurement!;
  const cells = [trainingStep, inference].flatMap(({ milliseconds, imagesPerSecond }) => [
    `${milliseconds.median.toFixed(1)} ms`,
    formatCount(Math.round(imagesPerSecond)),
  ]);
  return [`  ${probe.engine}`, ...cells, formatEstimate(estimate!.milliseconds)];
}

/** An estimate has no seconds: `under a minute`, `about 18 min`, `about 2 h 07 min`. */
export function formatEstimate(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return 'under a minute';
  return `about ${minutes < 60 ? `${minutes} min` : formatDuration(60_000 * minutes)}`;
}
