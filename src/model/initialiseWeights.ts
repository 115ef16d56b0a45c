/** Seeded initial weights. */
import { FerError } from '../errors.js';
import type { Random } from '../random.js';
import type { LayersConfig, NamedWeights } from './modelFile.js';
import type { Shape } from './shapeRules.js';
import { elementCount, weightSpecs, type WeightSpec } from './weightSpecs.js';

/**
 * Initial weights in the config's order: kernels Glorot uniform, `U(-l, l)` with `l = sqrt(6 / (fanIn + fanOut))`, or He normal,
 * `N(0, 2 / fanIn)` without what lies beyond two deviations of the untruncated one; biases, betas and moving means 0, gammas and moving
 * variances 1. Each weight draws from `random.fork('init/' + name)`: adding a layer changes no other. Of the `layers` of these names
 * only, where they are given. Throws MODEL_UNSUPPORTED for another initialiser.
 *
 * Reference: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010; He et al., "Delving
 * deep into rectifiers", 2015; the truncation is Keras'.
 */
export function initialiseWeights(config: LayersConfig, random: Random, layers?: ReadonlySet<string>): NamedWeights {
  const specs = weightSpecs(config).filter(({ layer }) => layers?.has(layer) ?? true);
  return new Map(specs.map((spec) => [spec.name, { shape: spec.shape, data: initialValues(spec, random) }]));
}

/**
 * Keras' fans: [in, out] of a dense kernel; for [..., in, out] both times the window's size. A depthwise kernel
 * [kh, kw, channels, multiplier] follows the same rule, so its fanIn counts every channel.
 */
export function computeFans(shape: Shape): { fanIn: number; fanOut: number } {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  const windowSize = elementCount(shape.slice(0, -2));
  return { fanIn: inputs * windowSize, fanOut: outputs * windowSize };
}

function initialValues(spec: WeightSpec, random: Random): Float32Array {
  const values = new Float32Array(elementCount(spec.shape));
  switch (spec.initializer) {
    case 'Zeros':
      return values;
    case 'Ones':
      return values.fill(1);
    case 'GlorotUniform': {
      const { fanIn, fanOut } = computeFans(spec.shape);
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      const stream = random.fork(`init/${spec.name}`);
      return values.map(() => stream.uniform(-limit, limit));
    }
    case 'HeNormal': {
      const deviation = Math.sqrt(2 / computeFans(spec.shape).fanIn) / truncatedDeviation;
      const stream = random.fork(`init/${spec.name}`);
      return values.map(() => deviation * truncatedNormal(stream));
    }
    default:
      throw new FerError(
        'MODEL_UNSUPPORTED',
        `Weight ${spec.name} asks for initialiser ${spec.initializer}; expected GlorotUniform, HeNormal, Zeros or Ones. Change it in the config.`,
      );
  }
}

/** Deviation of a standard normal truncated at -2 and 2: `sqrt(1 - 4 phi(2) / (2 Phi(2) - 1))`. */
const truncatedDeviation = 0.8796256610342398;

/** Standard normal, drawn again until it lies within -2 and 2. */
function truncatedNormal(stream: Random): number {
  for (;;) {
    const value = stream.normal();
    if (Math.abs(value) <= 2) return value;
  }
}
