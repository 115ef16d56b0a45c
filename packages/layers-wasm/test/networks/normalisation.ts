/** Batch normalisation and activations. */
import { ConfigBuilder, classify, type TestNetwork } from '../configBuilder.js';

/** Batch normalisation of the input, of another one, of vectors, with and without gamma and beta. */
export function normalisation(): TestNetwork {
  const net = new ConfigBuilder('normalisation', [5, 7, 3]);
  let x = net.add('BatchNormalization', { momentum: 0.9, epsilon: 0.01, axis: 3 }, net.input);
  x = net.add('Conv2D', { filters: 7, kernel_size: [3, 3], padding: 'same', use_bias: false }, x);
  x = net.add('BatchNormalization', { scale: false }, x);
  x = net.add('ReLU', {}, x);
  x = net.add('Conv2D', { filters: 5, kernel_size: [2, 2], use_bias: false }, x);
  x = net.add('BatchNormalization', { center: false, momentum: 0.5 }, x);
  x = net.add('ReLU', { max_value: 1.5 }, x);
  x = net.add('BatchNormalization', { center: false, scale: false, axis: -1 }, x);
  x = net.add('BatchNormalization', { axis: [3] }, x);
  x = net.add('Flatten', {}, x);
  x = net.add('Dense', { units: 10, use_bias: false }, x);
  x = net.add('BatchNormalization', { axis: -1 }, x);
  x = net.add('Activation', { activation: 'relu' }, x);
  return net.finish(net.add('Dense', { units: 4, activation: 'softmax' }, x));
}

/** Activations as layers, of a shared convolution and of shared normalisations. */
export function rectifiers(): TestNetwork {
  const net = new ConfigBuilder('rectifiers', [5, 7, 5]);
  const x = net.add('Conv2D', { filters: 7, kernel_size: [1, 1] }, net.input);
  const branches = ['relu', 'relu6', 'linear'].map((activation) => net.add('Activation', { activation }, x));
  branches.push(net.add('ReLU', { max_value: 0.5 }, x));
  const sum = net.add('Add', {}, ...branches);
  const normal = net.add('BatchNormalization', {}, sum);
  const rectified = net.add('ReLU', { max_value: 1 }, normal);
  const deep = net.add('Activation', { activation: 'relu' }, net.add('BatchNormalization', {}, rectified));
  return classify(net, net.add('Add', {}, deep, rectified, normal), { units: 3 });
}

/** Activations that the reference knows beyond the engine. */
export function smoothActivations(): TestNetwork {
  const net = new ConfigBuilder('smoothActivations', [5, 7, 5]);
  const x = net.add('Conv2D', { filters: 7, kernel_size: [1, 1] }, net.input);
  const names = ['sigmoid', 'tanh', 'elu', 'selu', 'softmax'];
  const branches = names.map((activation) => net.add('Activation', { activation }, x));
  return classify(net, net.add('Add', {}, ...branches), { units: 3 });
}
