/** Writes a model as an ONNX file, which onnxruntime and most other inference engines open. */
import onnxProto from 'onnx-proto';
import { replaceFile } from '../../../files.js';
import { version } from '../../../version.js';
import { checkModel } from '../../checkModel.js';
import { layerShapes, producers } from '../../layerShapes.js';
import type { LayersConfig, ModelCard, ModelFile, NamedWeights } from '../../modelFile.js';
import type { Shape } from '../../shapeRules.js';
import { OnnxGraph } from './graph.js';
import { lowerLayer } from './lowerLayer.js';

const { ModelProto, TensorProto } = onnxProto.onnx;

/** Opset of the operators; runtimes since 2022 know it. */
export const onnxOpset = 17;
/** Version of the file format that came with that opset. */
const irVersion = 8;

/** Names of the graph's ends. */
export const onnxInput = 'image';
export const onnxOutput = 'probabilities';

/** The entry of the metadata that carries the model card as JSON. */
export const onnxCardKey = 'fer_model_card';

/**
 * Writes `model` to `path` in one replacement. Input `image`: float32 [count, height, width, channels], scaled as the card says; output
 * `probabilities`: float32 [count, classes]; any count. The metadata carries the card, whole as JSON under `fer_model_card`
 * and field by field. Throws MODEL_INVALID when config, weights and card disagree, MODEL_UNSUPPORTED for a layer without an ONNX form,
 * WRITE_FAILED when the file cannot be written.
 */
export async function writeOnnx(path: string, model: ModelFile): Promise<void> {
  checkModel(model, path);
  await replaceFile(path, encodeOnnx(model));
}

function encodeOnnx({ config, weights, card }: ModelFile): Uint8Array {
  const graph = lowerGraph(config, weights);
  const ends = config.config;
  const shapes = layerShapes(config);
  const shapeOf = (ends: readonly [string, number, number][]): Shape => shapes.get(ends[0]![0])!.output;
  return ModelProto.encode({
    irVersion,
    opsetImport: [{ domain: '', version: onnxOpset }],
    producerName: 'fer',
    producerVersion: version,
    docString: card.description ?? '',
    metadataProps: metadata(card),
    graph: {
      name: card.name,
      node: graph.nodes,
      initializer: graph.initializers,
      input: [floatTensor(onnxInput, shapeOf(ends.input_layers))],
      output: [floatTensor(onnxOutput, shapeOf(ends.output_layers))],
    },
  }).finish();
}

/** Producers before consumers; a layer that the output does not need is left out. */
function lowerGraph(config: LayersConfig, weights: NamedWeights): OnnxGraph {
  const graph = new OnnxGraph([onnxInput, onnxOutput]);
  const layers = new Map(config.config.layers.map((layer) => [layer.name, layer]));
  const shapes = layerShapes(config);
  const outputs = new Map<string, string>();
  const lower = (name: string): string => {
    const known = outputs.get(name);
    if (known !== undefined) return known;
    const layer = layers.get(name)!;
    const inputs = layer.class_name === 'InputLayer' ? [onnxInput] : producers(layer).map(lower);
    const output = lowerLayer({ graph, layer, shapes: shapes.get(name)!, weights, inputs });
    outputs.set(name, output);
    return output;
  };
  const last = lower(config.config.output_layers[0]![0]);
  graph.output(onnxOutput, last);
  return graph;
}

function floatTensor(name: string, shape: Shape): onnxProto.onnx.IValueInfoProto {
  const dim = [{ dimParam: 'count' }, ...shape.map((size) => ({ dimValue: size }))];
  return { name, type: { tensorType: { elemType: TensorProto.DataType.FLOAT, shape: { dim } } } };
}

function metadata(card: ModelCard): onnxProto.onnx.IStringStringEntryProto[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const fields = Object.entries(card).map(([key, value]) => ({ key, value: text(value) }));
  return [...fields, { key: onnxCardKey, value: JSON.stringify(card) }];
}
