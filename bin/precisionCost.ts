/** What weights of fewer bits cost in accuracy, measured on the file that holds them. */
import type { Dataset } from '../src/data/dataset.js';
import type { Engine } from '../src/engine/engine.js';
import { formatCount } from '../src/eval/decimals.js';
import type { ModelFile } from '../src/model/modelFile.js';
import { loadData } from './loadData.js';
import { compileModel } from './openModel.js';
import { printRemark, type OutputOptions } from './output.js';
import type { PrecisionCost } from './results/exportReport.js';

const batchSize = 128;
const split = 'PublicTest';

/** The rows of a FER-2013 CSV on which the cost is measured. Throws as `loadData` does. */
export async function loadPublicTest(csv: string, output: OutputOptions): Promise<Dataset> {
  const { dataset } = await loadData(csv, {}, output);
  const { selectUsage } = await import('../src/data/select.js');
  return selectUsage(dataset, split);
}

export interface PrecisionCostOptions {
  /** Before its weights were stored in fewer bits. */
  readonly model: ModelFile;
  readonly images: Dataset;
  readonly engine: Engine;
  readonly output: OutputOptions;
}

/** The model file at `path` against the model that it came from, each run as `fer eval` does. */
export async function measurePrecisionCost(
  path: string,
  { model, images, engine, output }: PrecisionCostOptions,
): Promise<PrecisionCost> {
  const { evaluate } = await import('../src/eval/evaluation.js');
  const { readModel } = await import('../src/model/formats/readModel.js');
  const accuracyOf = async (file: ModelFile): Promise<number> => {
    printRemark(`Evaluating ${formatCount(images.count)} images`, output);
    const compiled = await compileModel(engine, file, { batchSize, threads: 0 });
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
