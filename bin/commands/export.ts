/** `fer export`: a model in a format that others open. */
import { Command, Option } from 'commander';
import { FerError } from '../../src/errors.js';
import type { EngineChoice } from '../../src/engine/engineNames.js';
import {
  checkPrecision,
  exportFormats,
  exportModel,
  exportName,
  type ExportFormat,
} from '../../src/model/formats/exportModel.js';
import { precisions, type Precision } from '../../src/model/formats/layers/precision.js';
import { engineOption } from '../engineOption.js';
import { requireFreeTarget } from '../exportTarget.js';
import { addModelOptions, assumptionsOf, type ModelOptions } from '../modelOptions.js';
import { openEngine, readNamedModel } from '../openModel.js';
import { addOutputOptions, printRemark, printResult, type OutputOptions } from '../output.js';
import { loadPublicTest, measurePrecisionCost, type PrecisionCostOptions } from '../precisionCost.js';
import { formatExport, type ExportReport } from '../results/exportReport.js';

interface ExportCommandOptions extends OutputOptions, ModelOptions {
  readonly format: ExportFormat;
  readonly output?: string;
  readonly precision: Precision;
  readonly data?: string;
  readonly force?: boolean;
  readonly engine: EngineChoice;
}

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
    .option('-d, --data <csv>', 'FER-2013 CSV on whose PublicTest rows to measure what float16 or uint8 costs')
    .addOption(engineOption())
    .option('--force', 'replace what is there');
  addModelOptions(command).addHelpText('after', notes).action(runExport);
  return addOutputOptions(command);
}

async function runExport(options: ExportCommandOptions): Promise<void> {
  const { format, precision, data, force = false } = options;
  checkPrecision({ format, precision });
  if (data !== undefined && precision === 'float32') {
    throw new FerError('CONFIG_INVALID', 'data: expected --precision float16 or uint8 with it; float32 costs nothing.');
  }
  const {
    model,
    assumed,
    path: source,
  } = await readNamedModel({ model: options.model, assumptions: assumptionsOf(options) }, options);
  const path = options.output ?? exportName(model.card.name, format);
  await requireFreeTarget({ path, format, source, force });
  const measured = data === undefined ? undefined : await prepareMeasuring(data, options);
  const exported = await exportModel(path, model, { format, precision });
  const cost = measured && (await measurePrecisionCost(path, { ...measured, model, output: options }));
  if (precision !== 'float32' && !cost) {
    printRemark('Give --data to measure what fewer bits cost in accuracy.', options);
  }
  const report: ExportReport = { ...exported, format, precision, ...(cost && { cost }), assumed };
  printResult(options.json === true ? report : formatExport(report));
}

/** Before anything is written: what is missing must not be found out afterwards. */
async function prepareMeasuring(
  data: string,
  options: ExportCommandOptions,
): Promise<Pick<PrecisionCostOptions, 'engine' | 'images'>> {
  const engine = await openEngine(options.engine, options);
  return { engine, images: await loadPublicTest(data, options) };
}
