/** Batch normalisation over the last axis (Ioffe and Szegedy 2015). */
import { option, type Layer, type LayerContext } from './layer.js';
import { axis, zeros, type Tensor } from './tensor.js';

/**
 * `gamma * (x - mean) / sqrt(variance + epsilon) + beta` per channel. Training uses the batch's mean and biased variance and
 * moves the averages: `moving = momentum * moving + (1 - momentum) * batch`. Keras 3.15 on TensorFlow 2.21 (CPU) feeds the
 * biased variance to moving_variance for 4-D and 2-D inputs alike: measured, and pinned by kerasFixture.json. Frozen, it takes
 * the moving averages in training too, and leaves them (Keras since TensorFlow 2; pinned by kerasFrozenFixture.json).
 */
export class BatchNormalization implements Layer {
  private normalised!: Tensor;
  private deviations!: Float64Array;
  private byBatch!: boolean;

  constructor(private readonly context: LayerContext) {}

  forward([input]: readonly [Tensor], training: boolean): Tensor {
    const { config } = this.context;
    const movingMean = this.context.weight('moving_mean').data;
    const movingVariance = this.context.weight('moving_variance').data;
    this.byBatch = training && !this.context.frozen();
    const { mean, variance } = this.byBatch ? statistics(input) : { mean: movingMean, variance: movingVariance };
    if (this.byBatch) {
      const momentum = option(config, 'momentum', 0.99);
      mean.forEach((value, c) => (movingMean[c] = momentum * movingMean[c]! + (1 - momentum) * value));
      variance.forEach((value, c) => (movingVariance[c] = momentum * movingVariance[c]! + (1 - momentum) * value));
    }
    const channels = axis(input, 0);
    const epsilon = option(config, 'epsilon', 1e-3);
    this.deviations = variance.map((value) => Math.sqrt(value + epsilon));
    const normalised = input.data.map((x, i) => (x - mean[i % channels]!) / this.deviations[i % channels]!);
    this.normalised = { shape: input.shape, data: normalised };
    const gamma = this.gamma(channels);
    const beta = this.centres() ? this.context.weight('beta').data : new Float64Array(channels);
    return { shape: input.shape, data: normalised.map((x, i) => gamma[i % channels]! * x + beta[i % channels]!) };
  }

  /** Of the training pass: mean and variance depend on the input too, unless they are the averages. */
  backward(outputGradient: Tensor): Tensor[] {
    const { normalised, deviations } = this;
    const channels = axis(normalised, 0);
    const rows = normalised.data.length / channels;
    const sums = new Float64Array(channels);
    const products = new Float64Array(channels);
    outputGradient.data.forEach((gradient, i) => {
      sums[i % channels]! += gradient;
      products[i % channels]! += gradient * normalised.data[i]!;
    });
    if (this.centres()) sums.forEach((sum, c) => (this.context.gradient('beta')[c]! += sum));
    if (this.scales()) products.forEach((product, c) => (this.context.gradient('gamma')[c]! += product));
    const gamma = this.gamma(channels);
    const inputGradient = zeros(normalised.shape);
    outputGradient.data.forEach((gradient, i) => {
      const c = i % channels;
      const throughStatistics = sums[c]! / rows + (normalised.data[i]! * products[c]!) / rows;
      inputGradient.data[i] = (gamma[c]! / deviations[c]!) * (gradient - (this.byBatch ? throughStatistics : 0));
    });
    return [inputGradient];
  }

  private scales(): boolean {
    return option(this.context.config, 'scale', true);
  }

  private centres(): boolean {
    return option(this.context.config, 'center', true);
  }

  private gamma(channels: number): Float64Array {
    return this.scales() ? this.context.weight('gamma').data : new Float64Array(channels).fill(1);
  }
}

/** Mean and biased variance (divided by the number of rows) per channel. */
function statistics(input: Tensor): { mean: Float64Array; variance: Float64Array } {
  const channels = axis(input, 0);
  const rows = input.data.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  input.data.forEach((x, i) => (mean[i % channels]! += x / rows));
  input.data.forEach((x, i) => (variance[i % channels]! += (x - mean[i % channels]!) ** 2 / rows));
  return { mean, variance };
}
