/** Kernels that were trained with Theano, which turns them around before it slides them over the image. */
import { FerError } from '../../../errors.js';
import type { LayersConfig, NamedWeight, NamedWeights } from '../../modelFile.js';

/**
 * `weights` of `config` for networks that do not turn their kernels: those of every Conv2D are turned by 180 degrees. Throws
 * MODEL_UNSUPPORTED, naming the layer, for depthwise and separable convolutions, on which Keras' own conversion is silent.
 *
 * Reference: `preprocess_weights_for_loading` of Keras 2, keras/engine/saving.py.
 */
export function flipTheanoKernels({ config }: LayersConfig, weights: NamedWeights, source: string): NamedWeights {
  const flipped: NamedWeights = new Map(weights);
  for (const { class_name: className, name } of config.layers) {
    if (className === 'SeparableConv2D' || className === 'DepthwiseConv2D') {
      throw new FerError(
        'MODEL_UNSUPPORTED',
        `${source}: layer ${name} is a ${className} trained with Theano; expected one trained with TensorFlow. ` +
          'Load the model in Keras with TensorFlow and save it there.',
      );
    }
    if (className === 'Conv2D') flipped.set(`${name}/kernel`, turn(weights.get(`${name}/kernel`)!));
  }
  return flipped;
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
