/** Which max poolings become part of the normalisation before them. */
import { describe, expect, test } from '@jest/globals';
import { lower } from '../../src/graph/lower.js';
import { ConfigBuilder, classify, type Output } from '../configBuilder.js';

const pool = { pool_size: [2, 2] };

/** The operations of a network on [8, 8, 3] before its classifier, by kind; a normalisation says what is part of it. */
function operationsOf(build: (net: ConfigBuilder) => Output): string[] {
  const net = new ConfigBuilder('fusion', [8, 8, 3]);
  const { config } = classify(net, build(net), { units: 2 });
  const names = lower(config, { training: true }).operations.map((operation) => {
    if (operation.kind !== 'normalization') return operation.kind;
    const { rectifier, pooling } = operation;
    return `normalization${rectifier ? ' rectified' : ''}${pooling ? ' pooled' : ''}`;
  });
  return names.slice(0, names.indexOf('flatten'));
}

describe('fusePoolings', () => {
  test('joins a pooling to a normalisation, also to a rectified one', () => {
    expect(operationsOf((net) => net.add('MaxPooling2D', pool, net.add('BatchNormalization', {}, net.input)))).toEqual([
      'normalization pooled',
    ]);
    const rectified = (net: ConfigBuilder) => net.add('ReLU', {}, net.add('BatchNormalization', {}, net.input));
    expect(operationsOf((net) => net.add('MaxPooling2D', pool, rectified(net)))).toEqual([
      'normalization rectified pooled',
    ]);
  });

  test('leaves one of two poolings alone, an average pooling, and a rectifier behind the pooling', () => {
    const twice = (net: ConfigBuilder) =>
      net.add('MaxPooling2D', pool, net.add('MaxPooling2D', pool, net.add('BatchNormalization', {}, net.input)));
    expect(operationsOf(twice)).toEqual(['normalization pooled', 'maxPooling']);
    const mean = (net: ConfigBuilder) =>
      net.add('AveragePooling2D', pool, net.add('BatchNormalization', {}, net.input));
    expect(operationsOf(mean)).toEqual(['normalization', 'averagePooling']);
    const late = (net: ConfigBuilder) =>
      net.add('ReLU', {}, net.add('MaxPooling2D', pool, net.add('BatchNormalization', {}, net.input)));
    expect(operationsOf(late)).toEqual(['normalization pooled', 'rectification']);
  });

  test('does not join where the normalisation has a second reader, or its input has', () => {
    const output = (net: ConfigBuilder) => {
      const normal = net.add('BatchNormalization', {}, net.input);
      return net.add('Add', {}, ...['Max', 'Average'].map((kind) => net.add(`${kind}Pooling2D`, pool, normal)));
    };
    expect(operationsOf(output)).toEqual(['normalization', 'maxPooling', 'averagePooling', 'addition']);
    const input = (net: ConfigBuilder) => {
      const normals = [1, 2].map(() => net.add('BatchNormalization', {}, net.input));
      return net.add('Add', {}, ...normals.map((normal) => net.add('MaxPooling2D', pool, normal)));
    };
    expect(operationsOf(input)).toEqual(['normalization', 'normalization', 'maxPooling', 'maxPooling', 'addition']);
  });
});
