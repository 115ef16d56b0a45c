/** Configs that the engine cannot run: the error names the layer. */
import { describe, expect, test } from '@jest/globals';
import { compile } from '../src/index.js';
import type { NamedWeights } from '../src/types.js';
import { ConfigBuilder, type TestNetwork } from './configBuilder.js';

const image = [5, 7, 3] as const;
const conv = { filters: 4, kernel_size: [3, 3], name: 'first' };

/** Input, a layer called `odd`, Flatten, Dense with softmax. */
function networkWith(className: string, config: Record<string, unknown>): TestNetwork {
  const net = new ConfigBuilder('odd', image);
  const odd = net.add(className, { ...config, name: 'odd' }, net.add('Conv2D', conv, net.input));
  return net.finish(net.add('Dense', { units: 3, activation: 'softmax' }, net.add('Flatten', {}, odd)));
}

/** Changes one layer's config or connections after building. */
function changed(network: TestNetwork, name: string, change: Record<string, unknown>): TestNetwork {
  Object.assign(
    network.config.config.layers.find((layer) => layer.name === name)!,
    change,
  );
  return network;
}

async function refusal({ config }: TestNetwork, weights: NamedWeights): Promise<string> {
  try {
    const engine = await compile(config, weights, { batchSize: 2, threads: 1 });
    await engine.close();
    return 'compiled';
  } catch (error) {
    return (error as Error).message;
  }
}

const plain = { filters: 4, kernel_size: [3, 3] };

describe('names the layer and what is wrong with it', () => {
  test.each([
    ['LSTM', networkWith('LSTM', { units: 4 }), /odd.*LSTM|LSTM.*odd/s],
    ['Lambda', networkWith('Lambda', { function: 'x' }), /odd.*Lambda|Lambda.*odd/s],
    ['dilated Conv2D', networkWith('Conv2D', { ...plain, dilation_rate: [2, 2] }), /odd.*dilation/s],
    ['grouped Conv2D', networkWith('Conv2D', { ...plain, groups: 2 }), /odd.*groups/s],
    ['channels first', networkWith('Conv2D', { ...plain, data_format: 'channels_first' }), /odd.*channels_first/s],
    ['unknown activation', networkWith('Activation', { activation: 'mystery' }), /odd.*mystery/s],
    ['unknown fused activation', networkWith('Conv2D', { ...plain, activation: 'mystery' }), /odd.*mystery/s],
    ['normalised rows', networkWith('BatchNormalization', { axis: 1 }), /odd.*axis/s],
    [
      'trainable in words',
      networkWith('Conv2D', { ...plain, trainable: 'no' }),
      /odd.*trainable must be true or false/s,
    ],
    ['unknown padding', networkWith('MaxPooling2D', { padding: 'causal' }), /odd.*causal/s],
    ['kernel larger than the image', networkWith('MaxPooling2D', { pool_size: [9, 9] }), /odd/],
    [
      'a constrained kernel',
      networkWith('Conv2D', { ...plain, kernel_constraint: { class_name: 'MaxNorm' } }),
      /odd.*MaxNorm/s,
    ],
    ['a penalty by name', networkWith('Conv2D', { ...plain, kernel_regularizer: 'l2' }), /odd.*kernel_regularizer/s],
    [
      'another penalty',
      networkWith('Conv2D', { ...plain, kernel_regularizer: { class_name: 'OrthogonalRegularizer', config: {} } }),
      /odd.*OrthogonalRegularizer/s,
    ],
    [
      'a penalty of the output',
      networkWith('ReLU', { activity_regularizer: { class_name: 'L2', config: { l2: 0.1 } } }),
      /odd.*activity_regularizer/s,
    ],
    ['dropout of whole rows', networkWith('Dropout', { rate: 0.5, noise_shape: [1, 5, 1, 1] }), /odd.*noise_shape/s],
    ['an epsilon of 0', networkWith('BatchNormalization', { epsilon: 0 }), /odd.*epsilon/s],
    [
      'L1 penalty',
      networkWith('Conv2D', { ...plain, kernel_regularizer: { class_name: 'L1', config: { l1: 0.1 } } }),
      /odd.*(l1|regularizer)/is,
    ],
  ])('%s', async (_, network, message) => {
    expect(await refusal(network, network.weights)).toMatch(message);
  });

  test('a softmax in the middle', async () => {
    const net = new ConfigBuilder('middle', image);
    const first = net.add('Softmax', {}, net.add('Flatten', {}, net.input));
    const network = net.finish(net.add('Dense', { units: 3, activation: 'softmax', name: 'odd' }, first));
    expect(await refusal(network, network.weights)).toMatch(/odd.*softmax/s);
  });

  test('inputs of different shapes', async () => {
    const net = new ConfigBuilder('shapes', image);
    const sum = net.add('Add', { name: 'odd' }, net.add('Conv2D', conv, net.input), net.input);
    const network = net.finish(net.add('Softmax', {}, net.add('Flatten', {}, sum)));
    expect(await refusal(network, network.weights)).toMatch(/odd/);
  });

  test('a layer used twice', async () => {
    const network = networkWith('ReLU', {});
    const node = [['input_1', 0, 0, {}]];
    changed(network, 'odd', { inbound_nodes: [node, node] });
    expect(await refusal(network, network.weights)).toMatch(/odd/);
  });

  test('two inputs of a layer that takes one', async () => {
    const node = [
      ['first', 0, 0, {}],
      ['input_1', 0, 0, {}],
    ];
    const network = changed(networkWith('ReLU', {}), 'odd', { inbound_nodes: [node] });
    expect(await refusal(network, network.weights)).toMatch(/odd.*2 inputs/s);
  });

  test('a convolution of a vector', async () => {
    const net = new ConfigBuilder('vector', image);
    const odd = net.add('Conv2D', { filters: 4, kernel_size: [1, 1], name: 'odd' }, net.add('Flatten', {}, net.input));
    const network = net.finish(net.add('Dense', { units: 3, activation: 'softmax' }, net.add('Flatten', {}, odd)));
    expect(await refusal(network, network.weights)).toMatch(/odd.*image.*vector/s);
  });

  test('a layer that nothing reads', async () => {
    const network = networkWith('ReLU', {});
    changed(network, 'flatten_1', { inbound_nodes: [[['first', 0, 0, {}]]] });
    expect(await refusal(network, network.weights)).toMatch(/odd.*nothing reads/s);
  });

  test('a producer that is not there', async () => {
    const network = changed(networkWith('ReLU', {}), 'odd', { inbound_nodes: [[['nobody', 0, 0, {}]]] });
    expect(await refusal(network, network.weights)).toMatch(/nobody/);
  });

  test('a cycle', async () => {
    const network = changed(networkWith('ReLU', {}), 'first', { inbound_nodes: [[['odd', 0, 0, {}]]] });
    expect(await refusal(network, network.weights)).toMatch(/first|odd/);
  });
});

describe('names what does not fit', () => {
  test('a sequential model, and how to make it functional', async () => {
    const { weights } = networkWith('ReLU', {});
    const sequential = { class_name: 'Sequential', config: { name: 'sequential', layers: [] } };
    const config = sequential as unknown as TestNetwork['config']; // as it comes out of a file
    expect(await refusal({ ...networkWith('ReLU', {}), config }, weights)).toMatch(
      /got class_name Sequential\. .*tf\.model/,
    );
  });

  test('two outputs', async () => {
    const network = networkWith('ReLU', {});
    network.config.config.output_layers.push(['odd', 0, 0]);
    expect(await refusal(network, network.weights)).toMatch(/output/);
  });

  test('an output that is no softmax', async () => {
    const network = changed(networkWith('ReLU', {}), 'dense_1', { config: { units: 3, name: 'dense_1' } });
    expect(await refusal(network, network.weights)).toMatch(/softmax/);
  });

  test('more memory than there is', async () => {
    const { config, weights } = networkWith('ReLU', {});
    await expect(compile(config, weights, { batchSize: 10_000_000, threads: 1 })).rejects.toMatchObject({
      code: 'MEMORY_EXCEEDED',
      message: expect.stringMatching(/needs .* GiB/),
    });
  });

  test('a missing weight', async () => {
    const network = networkWith('ReLU', {});
    network.weights.delete('first/kernel');
    expect(await refusal(network, network.weights)).toMatch(/first\/kernel/);
  });

  test('a weight of another shape', async () => {
    const network = networkWith('ReLU', {});
    network.weights.set('first/kernel', { shape: [3, 3, 3, 5], data: new Float32Array(135) });
    expect(await refusal(network, network.weights)).toMatch(/first\/kernel.*3.*3.*3.*5/s);
  });
});
