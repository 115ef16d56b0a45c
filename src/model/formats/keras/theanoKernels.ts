/** Kernels that were trained with Theano, which turns them around before it slides them over the image. */
import { FerError } from '../../../errors.js';
import { readPair } from '../../layerFields.js';
import { layerShapes, type LayerShapes } from '../../layerShapes.js';
import type { LayerConfig, LayersConfig, NamedWeight, NamedWeights } from '../../modelFile.js';

/**
 * `weights` of `config` for networks that do not turn their kernels: those of every Conv2D are turned by 180 degrees. Throws
 * MODEL_UNSUPPORTED, naming the layer, where Keras' own conversion is silent: for depthwise and separable convolutions, and for windows
 * that Theano lays elsewhere, because it puts half a window around the image on all sides.
 *
 * Reference: `preprocess_weights_for_loading` of Keras 2, keras/engine/saving.py.
 */
export function flipTheanoKernels(network: LayersConfig, weights: NamedWeights, source: string): NamedWeights {
  const flipped: NamedWeights = new Map(weights);
  const shapes = layerShapes(network);
  for (const layer of network.config.layers) {
    const { class_name: className, name } = layer;
    const isElsewhere = liesElsewhere(layer, shapes.get(name)!);
    if (className === 'SeparableConv2D' || className === 'DepthwiseConv2D' || isElsewhere) {
      throw new FerError(
        'MODEL_UNSUPPORTED',
        `${source}: layer ${name} is a ${className} trained with Theano${isElsewhere ? ', whose padding "same" is another' : ''}; ` +
          'expected one trained with TensorFlow. Load the model in Keras with TensorFlow and train it there.',
      );
    }
    if (className === 'Conv2D') flipped.set(`${name}/kernel`, turn(weights.get(`${name}/kernel`)!));
  }
  return flipped;
}

/** Whether the first window of `same` padding begins at another pixel than TensorFlow's. */
function liesElsewhere(layer: LayerConfig, { inputs, output }: LayerShapes): boolean {
  if (layer.config['padding'] !== 'same') return false;
  const isPooling = Object.hasOwn(layer.config, 'pool_size');
  const window = readPair(layer, isPooling ? 'pool_size' : 'kernel_size', [2, 2]);
  const strides = readPair(layer, 'strides', isPooling ? window : [1, 1]);
  return window.some((size, axis) => {
    const around = Math.max(0, (output[axis]! - 1) * strides[axis]! + size - inputs[0]![axis]!);
    return Math.floor(around / 2) !== Math.floor(size / 2);
  });
}

/** Both image axes reversed: [height, width, in, out]. */
function turn({ shape, data }: NamedWeight): NamedWeight {
  const [height = 1, width = 1] = shape;
  const inner = data.length / (height * width); // numbers at one place of the kernel, which stay together
  const turned = new Float32Array(data.length);
  for (let place = 0; place < height * width; place++) {
    const from = (height * width - 1 - place) * inner;
    turned.set(data.subarray(from, from + inner), place * inner);
  }
  return { shape, data: turned };
}
