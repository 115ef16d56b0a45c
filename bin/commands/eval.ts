/** `fer eval`: how well a model does on one or more splits of a CSV. */
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { usages, type Usage } from '../../src/data/dataset.js';
import type { EngineChoice } from '../../src/engine/engineNames.js';
import { formatEvaluation, type EvaluationReport } from '../../src/eval/evaluationReport.js';
import { engineOption } from '../engineOption.js';
import { loadData } from '../loadData.js';
import { addModelOptions, assumptionsOf, type ModelOptions } from '../modelOptions.js';
import { openModel } from '../openModel.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';
import { writePlot } from '../plotFile.js';
import { countLook } from '../privateTestLook.js';
import { threadsOption } from '../threadsOption.js';

interface EvalOptions extends OutputOptions, ModelOptions {
  readonly data: string;
  readonly split?: readonly Usage[];
  readonly skipBadRows?: boolean;
  readonly plot?: string | true;
  readonly threads: number;
  readonly engine: EngineChoice;
}

const batchSize = 128;

const notes = `
The report is scikit-learn's classification report; rows of the confusion matrix
are true classes. Every image is seen once, as it is. PublicTest has selected
the best epoch, PrivateTest has not: each look at PrivateTest is counted beside
the model.

A model of others may name its classes in another order and in other words: they
are paired with the data's by what they mean. What its file does not say is
assumed, and said.

Examples:
  $ fer eval --data fer2013.csv
  $ fer eval --model checkpoints/long --data fer2013.csv --split Training --plot
  $ fer eval --data fer2013.csv --model emotions.hdf5 --labels fer2013
  $ fer eval --data fer2013.csv --json | jq '.reports[0].accuracy'`;

export function evalCommand(): Command {
  const command = new Command('eval')
    .description('Evaluate a model: classification report, confusion matrix, accuracy with its 95 % interval, loss.')
    .requiredOption('-d, --data <csv>', 'FER-2013 CSV, plain or .gz');
  addModelOptions(command)
    .addOption(
      new Option('-s, --split <names>', 'one or more, with commas (default: PublicTest)')
        .choices(usages)
        .argParser(parseSplits),
    )
    .option('--skip-bad-rows', 'leave bad rows out and list them instead of stopping at the first')
    .option(
      '--plot [folder]',
      "draw confusion-matrix-<split>.svg and .png into a folder (default: the model's, but the working folder for the shipped one)",
    )
    .addOption(engineOption())
    .addOption(threadsOption(0))
    .addHelpText('after', notes)
    .action(evaluateModel);
  return addOutputOptions(command);
}

async function evaluateModel(options: EvalOptions): Promise<void> {
  const { model, data, split: splits = ['PublicTest'], threads, engine, skipBadRows = false } = options;
  const opened = await openModel({ model, assumptions: assumptionsOf(options), batchSize, threads, engine }, options);
  try {
    const { dataset, badRows, hasUsage } = await loadData(data, { skipBadRows }, options);
    const reading = { hasUsage, badRows: badRows.length };
    const { selectUsage } = await import('../../src/data/select.js');
    const { evaluate } = await import('../../src/eval/evaluation.js');
    const { countProgress } = await import('../progress/count.js');
    const reports: EvaluationReport[] = [];
    for (const split of splits) {
      const onProgress = countProgress(split, options);
      const images = { dataset: selectUsage(dataset, split), reading, split };
      const report = await evaluate({ ...opened, ...images, batchSize, onProgress });
      const looks = split === 'PrivateTest' ? { privateTestLooks: await countLook(opened.path, options) } : {};
      reports.push({ ...report, ...looks });
      if (options.json !== true) printResult(`${reports.length > 1 ? '\n' : ''}${formatEvaluation(report).trimEnd()}`);
    }
    if (options.json === true) printResult({ reports, assumed: opened.assumed });
    if (options.plot === undefined) return;
    // Behind the results: a folder that cannot be written withholds none of them.
    for (const report of reports) await plotMatrix(report, plotFolder(options, opened.folder), options);
  } finally {
    await opened.compiled.close();
  }
}

/** Named, or else beside the model; the shipped one lies in the package, where nobody looks and an update deletes. */
function plotFolder({ plot, model }: EvalOptions, modelFolder: string): string {
  if (typeof plot === 'string') return plot;
  return model === undefined ? '.' : modelFolder;
}

async function plotMatrix(report: EvaluationReport, folder: string, output: OutputOptions): Promise<void> {
  const { confusionMatrixSpec } = await import('../../src/plot/confusionMatrixSpec.js');
  const name = join(folder, `confusion-matrix-${report.split}`);
  await writePlot(confusionMatrixSpec(report), `${name}.svg`, `${name}.png`);
  printRemark(`Wrote ${name}.svg and ${name}.png.`, output);
}

/** `Training,PublicTest`, or the option more than once. */
function parseSplits(text: string, earlier: readonly Usage[] = []): Usage[] {
  const names = text.split(',').map((name) => usages.find((usage) => usage === name.trim()));
  if (names.includes(undefined)) throw new InvalidArgumentError(`Expected ${usages.join(', ')}.`);
  return [...new Set([...earlier, ...(names as Usage[])])];
}
