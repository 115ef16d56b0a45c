/** Where weights, slots, gradients and statistics lie, and that nothing lies on anything else. */
import { describe, expect, test } from '@jest/globals';
import { lowerLayers } from 'layers-wasm/graph/lower.js';
import { StateImage } from '../../../src/engine/webgpu/stateImage.js';
import { StateLayout } from '../../../src/engine/webgpu/stateLayout.js';
import { withFrozenLayers } from '../../../src/model/trainability.js';
import { smallModels } from './layerKinds.js';

const { config, weights } = smallModels.find(({ name }) => name === 'connections')!;
const graph = lowerLayers(withFrozenLayers(config, ['stem']), { training: true });
const layout = new StateLayout(graph, ['firstMoments', 'averages']);
const named = (name: string) => graph.parameters.find((parameter) => parameter.name === name)!;

describe('the state', () => {
  test('has the trained weights first, each from a multiple of 64 on', () => {
    expect(layout.placeOf(named('first/gamma'))).toBe(0);
    expect(layout.placeOf(named('first/beta'))).toBe(64);
    expect(layout.placeOf(named('stem/kernel'))).toBeGreaterThanOrEqual(layout.trainedSize);
    expect(layout.trainedSize % 64).toBe(0);
  });

  test('names the weight of every block', () => {
    const blocks = layout.weightsOfBlocks();
    expect(blocks).toHaveLength(layout.weightsSize / 64);
    layout.parameters.forEach((parameter, index) => {
      expect(blocks[layout.placeOf(parameter) / 64]).toBe(index);
      expect(blocks[Math.floor((layout.placeOf(parameter) + parameter.size - 1) / 64)]).toBe(index);
    });
  });

  test('gives back what was written, weights and slots apart', () => {
    const image = StateImage.blank(layout);
    const slots = Object.fromEntries(
      layout.slots.map((slot, number) => [
        slot,
        new Map(
          layout.trainable.map(({ name, shape, size }) => [
            name,
            { shape, data: new Float32Array(size).fill(number + 1) },
          ]),
        ),
      ]),
    );
    image.writeSlots(slots);
    image.writeWeights(weights);
    expect(image.weights(graph.parameters)).toEqual(weights);
    expect(image.slots()).toEqual(slots);
    expect(image.weightValues.length + image.slotValues.length).toBe(layout.stateSize);
  });
});

describe('the workspace', () => {
  test('has a place for the gradient of every trained weight, and none for the others', () => {
    expect(layout.gradientOf(named('first/beta'))).toBe(64);
    expect(layout.gradientOf(named('stem/kernel'))).toBe(-1);
    expect(layout.gradientOf(named('first/moving_mean'))).toBe(-1);
    expect(layout.gradientOf(undefined)).toBe(-1);
  });

  test('has seven rows for every normalisation behind them', () => {
    const normalizations = graph.operations.filter((operation) => operation.kind === 'normalization');
    const places = normalizations.map((operation) => layout.rowsOf(operation));
    const ends = normalizations.map((operation, index) => places[index]! + 7 * operation.movingMean.size);
    expect(places).toEqual([layout.trainedSize, ...ends.slice(0, -1)]);
    expect(layout.workspaceSize).toBe(ends.at(-1));
  });
});
