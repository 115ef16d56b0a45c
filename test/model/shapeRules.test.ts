import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { shapeRule } from '../../src/model/shapeRules.js';

// Compiled tests run from dist/test/model; the packages lie three folders up.
const readme = readFileSync(new URL('../../../packages/layers-wasm/README.md', import.meta.url), 'utf8');
const list = /^Layers: ([^]*?), in any acyclic graph/m.exec(readme)?.[1] ?? '';
const classNames = list
  .replace(/\([^)]*\)/g, '')
  .split(/,|\band\b/)
  .map((name) => name.trim())
  .filter((name) => name !== '');

describe('every layer class that layers-wasm runs has a shape rule', () => {
  test('its README lists them', () => {
    expect(classNames.length).toBeGreaterThan(15);
    expect(classNames).toEqual(expect.arrayContaining(['Conv2D', 'ReLU', 'GlobalMaxPooling2D', 'ZeroPadding2D']));
  });

  test.each(classNames)('%s', (className) => {
    const layer = { class_name: className, name: 'layer', config: {}, inbound_nodes: [] };
    expect(shapeRule(layer)).toBeInstanceOf(Function);
  });
});
