/** The library behind the command line: its stages, each to be called on its own. */
export { FerError, type FerErrorCode } from './errors.js';
export { Random } from './random.js';
export type { Scaling } from './scaling.js';
export { version } from './version.js';

// Data: files and pictures to packed bytes.
export { classNames, imageSize, usages, type ClassName, type Dataset, type Usage } from './data/dataset.js';
export { describeDataset, type DatasetDescription } from './data/describe.js';
export { findImages, type FoundImage } from './data/findImages.js';
export { readImage, type ImageTarget, type PictureSource } from './data/image.js';
export { loadDataset, type LoadedDataset, type LoadOptions } from './data/loadDataset.js';
export { countClasses, selectRows, selectUsage } from './data/select.js';
export { synthesizeDataset, type SynthesisOptions } from './data/synthesize.js';
export { writeDatasetCsv } from './data/writeCsv.js';

// Augmentation and balance, for training rows only.
export { augmentDefaults, augmentOff, type AugmentConfig } from './augment/augmentConfig.js';
export { type BalanceConfig } from './augment/balanceConfig.js';
export { balancedClassWeights } from './augment/classWeights.js';
export { oversample, type OversampleOptions } from './augment/oversample.js';

// Models as data, and their files.
export { architectureNames, buildArchitecture, type ArchitectureName } from './model/architectures.js';
export { countParameters, describeLayers, type LayerSummary } from './model/describeLayers.js';
export { initialiseWeights } from './model/initialiseWeights.js';
export type { AssumedField, CardAssumptions } from './model/formats/completeCard.js';
export {
  exportFormats,
  exportModel,
  type Exported,
  type ExportFormat,
  type ExportOptions,
} from './model/formats/exportModel.js';
export { writeKerasH5 } from './model/formats/keras/kerasH5.js';
export { readLayersModel, writeLayersModel } from './model/formats/layers/layersFormat.js';
export { precisions, type Precision } from './model/formats/layers/precision.js';
export { labelOrders, parseLabels } from './model/formats/labelOrders.js';
export { readModel, type OpenedModel } from './model/formats/readModel.js';
export type { StoredFormat } from './model/formats/storedModel.js';
export type { CardMetric, LayersConfig, ModelCard, ModelFile, NamedWeights } from './model/modelFile.js';

// Engines that run them.
export type { CompiledModel, CompileOptions, Engine, TrainingBatch } from './engine/engine.js';
export { chooseEngine, type ChosenEngine } from './engine/chooseEngine.js';
export { engineChoices, engineNames, type EngineChoice, type EngineName } from './engine/engineNames.js';
export { wasmEngine } from './engine/wasm.js';
export type { InstallEvent, InstallListener, InstallOptions, InstallResult } from './engine/install/installation.js';
export { installTensorflow, type TensorflowInstallOptions } from './engine/install/installTensorflow.js';
export { installWebgpu } from './engine/install/installWebgpu.js';
export { listEngines, type EngineListing } from './engine/install/listEngines.js';
export { removeEngine } from './engine/install/stagedInstall.js';

// What an engine costs on this machine.
export { benchmark, type BenchResult } from './bench/benchmark.js';
export { benchDefaults, type BenchConfig } from './bench/config.js';

// What this machine has for them.
export { diagnose, type DiagnoseOptions, type Diagnosis } from './doctor/diagnose.js';

// Training.
export { resolveTrainConfig, trainDefaults, type PartialTrainConfig, type TrainConfig } from './train/config.js';
export type { EpochRecord, TrainingEvent, TrainingListener } from './train/events.js';
export { resumeTraining, train, type TrainingOptions, type TrainingResult } from './train/trainer.js';

// Evaluation and prediction.
export { evaluate, type EvaluationOptions } from './eval/evaluation.js';
export { formatEvaluation, type DataReading, type EvaluationReport } from './eval/evaluationReport.js';
export { wilsonInterval } from './eval/interval.js';
export { isPrediction, predictImages, type Prediction, type PredictionOptions } from './eval/prediction.js';
export { recordPrivateTestLook } from './eval/privateTestLog.js';

// Plots.
export { classCountsSpec } from './plot/classCountsSpec.js';
export { confusionMatrixSpec } from './plot/confusionMatrixSpec.js';
export { renderPng, renderSvg } from './plot/render.js';
export { trainingCurvesSpec } from './plot/trainingCurvesSpec.js';
