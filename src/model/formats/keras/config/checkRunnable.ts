/** What a network must satisfy as a whole to run here, once each of its layers does. */
import { layerShapes, producers } from '../../../layerShapes.js';
import type { LayerConfig, LayersConfig } from '../../../modelFile.js';
import { elementCount, weightSpecs } from '../../../weightSpecs.js';
import { invalidConfig, unsupportedLayer } from './kerasLayer.js';
import type { Remarks } from './remarks.js';

/** 1 GiB of float32, thirty times the largest network that is trained here. */
const mostElements = 2 ** 28;

/**
 * Throws MODEL_INVALID or MODEL_UNSUPPORTED unless the graph is sound, has one input and one vector of classes as output, gives every
 * layer a reader, has no softmax but at its end, and keeps weights below 2^28 values. Remarks an end without a softmax.
 */
export function checkRunnable(config: LayersConfig, remarks: Remarks): void {
  const shapes = layerShapes(config);
  for (const { layer, shape } of weightSpecs(config)) demandSize(layer, elementCount(shape));
  demandOneInput(config);
  const [output] = config.config.output_layers[0]!;
  demandReaders(config.config.layers, output);
  const shape = shapes.get(output)!.output;
  const last = config.config.layers.find((layer) => layer.name === output)!;
  if (shape.length !== 1) {
    throw unsupportedLayer(asKeras(last), `is the output and gives [${shape.join(', ')}]; expected [classes]`);
  }
  if (!hasSoftmax(last)) remarks.add('the outputs are no probabilities, because no softmax makes them', output);
}

function demandSize(layer: string, count: number): void {
  if (count <= mostElements) return;
  throw invalidConfig(`expected no weight of more than ${mostElements} values, got ${count} in layer ${layer}`);
}

function demandOneInput({ config }: LayersConfig): void {
  const [input] = config.input_layers[0]!;
  for (const layer of config.layers) {
    const isInput = layer.class_name === 'InputLayer';
    if (isInput !== (layer.name === input)) {
      throw invalidConfig(`expected ${input} as the only InputLayer, got ${layer.name}`);
    }
    if (isInput && producers(layer).length > 0) {
      throw invalidConfig(`expected InputLayer ${input} to take nothing, got ${producers(layer).join(', ')}`);
    }
  }
}

/** A layer that nothing reads would stand still in training, and the softmax belongs to the loss. */
function demandReaders(layers: readonly LayerConfig[], output: string): void {
  const read = new Set(layers.flatMap(producers));
  for (const layer of layers) {
    const isRead = read.has(layer.name);
    if (!isRead && layer.name !== output) {
      throw invalidConfig(`expected something to read layer ${layer.name}, got nothing`);
    }
    if (isRead && hasSoftmax(layer)) {
      throw unsupportedLayer(asKeras(layer), 'has a softmax; expected one at the end only');
    }
  }
}

function hasSoftmax(layer: LayerConfig): boolean {
  return layer.class_name === 'Softmax' || layer.config['activation'] === 'softmax';
}

function asKeras({ name, class_name: className }: LayerConfig): { name: string; className: string } {
  return { name, className };
}
