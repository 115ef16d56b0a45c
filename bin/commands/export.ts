/** `fer export`: a model in a format that others open. */
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { FerError } from '../../src/errors.js';
import { formatCount } from '../../src/eval/decimals.js';
import { exportFormats, exportName, type ExportFormat } from '../../src/model/formats/exportModel.js';
import { precisions, type Precision } from '../../src/model/formats/layers/precision.js';
import type { ModelFile } from '../../src/model/modelFile.js';
import { loadData } from '../loadData.js';
import { addModelOptions, assumptionsOf, type ModelOptions } from '../modelOptions.js';
import { compileModel, readNamedModel } from '../openModel.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';
import { formatExport, type ExportReport, type PrecisionCost } from '../results/exportReport.js';

interface ExportCommandOptions extends OutputOptions, ModelOptions {
  readonly format: ExportFormat;
  readonly output?: string;
  readonly precision: Precision;
  readonly data?: string;
  readonly force?: boolean;
}

const batchSize = 128;

const notes = `
keras-h5 is HDF5 for Keras 2 and 3, keras the archive of Keras 3, tfjs the
layers format of TensorFlow.js (a folder), onnx opset 17. Class names, input,
scaling and origin of the weights travel in each of them.

Examples:
  $ fer export --format onnx
  $ fer export --model checkpoints/long --format keras --output long.keras
  $ fer export --format tfjs --precision uint8 --data fer2013.csv`;

export function exportCommand(): Command {
  const command = new Command('export')
    .description('Write a model as Keras HDF5, Keras archive, TensorFlow.js layers or ONNX.')
    .addOption(new Option('-f, --format <name>', 'what to write').choices(exportFormats).makeOptionMandatory())
    .option('-o, --output <path>', 'file, or folder of tfjs (default: the name of the model, here)')
    .addOption(
      new Option('--precision <name>', 'of the weights: fewer bits make smaller files, for tfjs alone')
        .choices(precisions)
        .default('float32'),
    )
    .option('-d, --data <csv>', 'FER-2013 CSV on whose PublicTest rows to measure what fewer bits cost')
    .option('--force', 'replace what is there');
  addModelOptions(command).addHelpText('after', notes).action(runExport);
  return addOutputOptions(command);
}

async function runExport(options: ExportCommandOptions): Promise<void> {
  const { format, precision, data, force = false } = options;
  if (precision !== 'float32' && format !== 'tfjs') {
    throw new FerError(
      'CONFIG_INVALID',
      `precision: expected float32 with ${format}; got ${precision}. Only tfjs knows it.`,
    );
  }
  const { model } = await readNamedModel({ model: options.model, assumptions: assumptionsOf(options) }, options);
  const path = options.output ?? exportName(model.card.name, format);
  if (existsSync(path) && !force) {
    throw new FerError(
      'WRITE_FAILED',
      `${path} exists: expected a new name. Choose another --output, or give --force.`,
    );
  }
  const { exportModel } = await import('../../src/model/formats/exportModel.js');
  const exported = await exportModel(path, model, { format, precision });
  const report: ExportReport = { ...exported, format, precision };
  const cost =
    precision === 'float32' || data === undefined ? undefined : await measureCost(path, { model, data, options });
  if (precision !== 'float32' && data === undefined) {
    printRemark('Give --data to measure what fewer bits cost in accuracy.', options);
  }
  const result = cost ? { ...report, cost } : report;
  printResult(options.json === true ? result : formatExport(result));
}

/** The written file against the model that it came from, each read and run as `fer eval` does. */
async function measureCost(
  path: string,
  { model, data, options }: { model: ModelFile; data: string; options: ExportCommandOptions },
): Promise<PrecisionCost> {
  const { dataset } = await loadData(data, {}, options);
  const { selectUsage } = await import('../../src/data/select.js');
  const { evaluate } = await import('../../src/eval/evaluation.js');
  const { readModel } = await import('../../src/model/formats/readModel.js');
  const split = 'PublicTest';
  const images = selectUsage(dataset, split);
  const accuracyOf = async (file: ModelFile): Promise<number> => {
    printRemark(`Evaluating ${formatCount(images.count)} images`, options);
    const compiled = await compileModel(file, { batchSize, threads: 0 });
    try {
      return (await evaluate({ compiled, card: file.card, dataset: images, split, batchSize })).accuracy;
    } finally {
      await compiled.close();
    }
  };
  const before = await accuracyOf(model);
  const after = await accuracyOf((await readModel(path)).model);
  return { split, count: images.count, before, after };
}
