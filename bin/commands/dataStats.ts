/** `fer data stats`: counts per class and split, copies of images, and a bar chart. */
import { basename } from 'node:path';
import { Command } from 'commander';
import type { DatasetDescription } from '../../src/data/describe.js';
import type { ClassCount } from '../../src/plot/classCountsSpec.js';
import { formatCount, formatPercent } from '../../src/eval/decimals.js';
import { loadData } from '../loadData.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';
import { parsePlotPath, writePlot } from '../plotFile.js';
import { formatBarChart } from '../terminal/barChart.js';
import { formatTable } from '../terminal/table.js';

interface StatsOptions extends OutputOptions {
  readonly skipBadRows?: boolean;
  readonly plot?: string;
}

const examples = `
Examples:
  $ fer data stats fer2013.csv
  $ fer data stats fer2013.csv.gz --plot classes.svg
  $ fer data stats fer2013.csv --json | jq .twins`;

export function statsCommand(): Command {
  const command = new Command('stats')
    .description('Count the images of each class and split, and the copies among them.')
    .argument('<csv>', 'FER-2013 CSV, plain or .gz')
    .option('--skip-bad-rows', 'leave bad rows out and list them instead of stopping at the first')
    .option('--plot <file>', 'also draw the counts, as .svg or .png', parsePlotPath)
    .addHelpText('after', examples)
    .action(printStats);
  return addOutputOptions(command);
}

async function printStats(path: string, options: StatsOptions): Promise<void> {
  const { describeDataset } = await import('../../src/data/describe.js');
  const { dataset, badRows } = await loadData(path, { skipBadRows: options.skipBadRows === true }, options);
  const description = describeDataset(dataset);
  printResult(options.json === true ? { ...description, badRows } : formatDescription(description));
  if (options.plot === undefined) return;
  const { classCountsSpec } = await import('../../src/plot/classCountsSpec.js');
  await writePlot(classCountsSpec(plottedCounts(description), { title: basename(path) }), options.plot);
  printRemark(`Wrote ${options.plot}.`, options);
}

function formatDescription(description: DatasetDescription): string {
  const { count, height, width, classNames, classCounts, splits, emptySplits, missingClasses, hash } = description;
  const rows = classNames.map((name, label) => [
    name,
    ...[...splits.map((split) => split.classCounts[label]!), classCounts[label]!].map(formatCount),
  ]);
  const totals = [...splits.map((split) => split.count), count].map(formatCount);
  const bars = classNames.map((label, index) => {
    const value = classCounts[index]!;
    return { label, value, text: `${formatCount(value)} (${formatPercent(count === 0 ? 0 : value / count)})` };
  });
  return [
    `${formatCount(count)} images of ${width}x${height} pixels, SHA-256 ${hash}`,
    '',
    formatTable([['class', ...splits.map(({ usage }) => usage), 'all'], ...rows, ['all', ...totals]]),
    '',
    formatBarChart(bars),
    '',
    ...formatTwins(description),
    ...(emptySplits.length > 0 ? [`No images in: ${emptySplits.join(', ')}`] : []),
    ...missingClasses.map(({ usage, className }) => `No ${className} image in ${usage}`),
  ].join('\n');
}

/** One bar per class and split that has images. */
function plottedCounts({ classNames, splits }: DatasetDescription): ClassCount[] {
  return splits
    .filter(({ count }) => count > 0)
    .flatMap(({ usage, classCounts }) =>
      classNames.map((className, label) => ({ className, split: usage, count: classCounts[label]! })),
    );
}

function formatTwins({ twins }: DatasetDescription): string[] {
  if (twins.groups === 0) return ['No image occurs twice.'];
  return [
    `Exact copies: ${formatCount(twins.redundantRows)} rows repeat one of ${formatCount(twins.groups)} images; ` +
      `${formatCount(twins.conflictingGroups)} of these images carry different labels.`,
    `Also in Training: ${formatCount(twins.publicTestInTraining)} rows of PublicTest, ` +
      `${formatCount(twins.privateTestInTraining)} rows of PrivateTest.`,
  ];
}
