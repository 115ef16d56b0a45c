/** `fer data stats`: counts per class and split, copies of images, and a bar chart. */
import { basename } from 'node:path';
import { Command } from 'commander';
import type { DatasetDescription } from '../../src/data/describe.js';
import type { ClassCount } from '../../src/plot/classCountsSpec.js';
import { loadData } from '../loadData.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';
import { parsePlotPath, writePlot } from '../plotFile.js';
import { formatDescription } from '../results/datasetDescription.js';

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

/** One bar per class and split that has images. */
function plottedCounts({ classNames, splits }: DatasetDescription): ClassCount[] {
  return splits
    .filter(({ count }) => count > 0)
    .flatMap(({ usage, classCounts }) =>
      classNames.map((className, label) => ({ className, split: usage, count: classCounts[label]! })),
    );
}
