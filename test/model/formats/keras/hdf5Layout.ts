/** Lays out HDF5 files as Keras does, right or wrong, for the tests of the readers. */
import { jest } from '@jest/globals';
import type { Group } from 'h5wasm';
import { encodeHdf5, writeText } from '../../../../src/model/formats/keras/encodeHdf5.js';

export interface KerasLayout {
  /** Of the root group. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The network; left out when undefined. */
  readonly config?: unknown;
  /** Layers in order, each with its weights in order. */
  readonly layers: readonly (readonly [string, readonly (readonly [string, Values])[]])[];
  /** Chunks of this size, deflated. */
  readonly chunked?: boolean;
}

interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The HDF5 library tells of every error on the console, which nobody hears in the thread where it belongs. Call it before the library is loaded. */
export function silenceHdf5(): void {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
}

/** The bytes of a full model in the layout of Keras 2; with the weights at the root, and no network, as `save_weights` writes it. */
export function layOutHdf5(layout: KerasLayout): Promise<Uint8Array> {
  return encodeHdf5((file) => {
    for (const [name, value] of Object.entries(layout.attributes ?? {})) writeText(file, name, value);
    if (layout.config !== undefined) writeText(file, 'model_config', JSON.stringify(layout.config));
    const root = layout.config === undefined ? file : file.create_group('model_weights');
    writeNames(
      root,
      'layer_names',
      layout.layers.map(([layer]) => layer),
    );
    for (const [layer, weights] of layout.layers) {
      if (root.keys().includes(layer)) continue; // named twice
      const group = root.create_group(layer);
      writeNames(
        group,
        'weight_names',
        weights.map(([name]) => name),
      );
      for (const [name, { data, shape }] of weights) {
        const chunks = layout.chunked === true ? { chunks: [...shape], compression: 'gzip' as const } : {};
        group.create_dataset({ name, data, shape: [...shape], ...chunks });
      }
    }
  });
}

function writeNames(group: Group, attribute: string, names: readonly string[]): void {
  if (names.length === 0) group.create_attribute(attribute, new Float64Array(0), [0], '<d');
  else group.create_attribute(attribute, [...names], [names.length], 'S');
}
