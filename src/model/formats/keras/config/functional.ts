/** Functional models: class Model until Keras 2.3, Functional since. */
import { FerError } from '../../../../errors.js';
import { showJson } from '../../../json.js';
import { readInputs } from './inboundNodes.js';
import { expectList, expectRecord, invalidConfig, type KerasGraph } from './kerasLayer.js';
import { isName, readLayer } from './layerEntry.js';
import type { Remarks } from './remarks.js';

/** The graph in `config`, the `config` of a model of class Model or Functional. Throws MODEL_UNSUPPORTED for several inputs or outputs. */
export function readFunctional(config: unknown, remarks: Remarks): KerasGraph {
  const fields = expectRecord(config, 'the config of a functional model');
  const layers = expectList(fields['layers'], 'a list of layers').map((entry) => {
    const layer = readLayer(entry);
    const { inbound_nodes: nodes } = entry as Record<string, unknown>;
    return { ...layer, inputs: readInputs(layer, nodes, remarks) };
  });
  const name = isName(fields['name']) ? fields['name'] : 'model';
  return { name, layers, input: readEnd(fields, 'input_layers'), output: readEnd(fields, 'output_layers') };
}

/** The one layer of `[[name, 0, 0]]`, or of `[name, 0, 0]` as Keras 3 writes a single one. */
function readEnd(fields: Record<string, unknown>, key: 'input_layers' | 'output_layers'): string {
  const ends = fields[key];
  const list: unknown[] = Array.isArray(ends) ? ends : [];
  if (list.length > 1 && list.every((end) => Array.isArray(end))) {
    const message = `expected one layer in ${key}, got ${showJson(list)}. Save a model of one input and one output.`;
    throw new FerError('MODEL_UNSUPPORTED', message);
  }
  const [name] = (Array.isArray(list[0]) ? list[0] : list) as unknown[];
  if (typeof name === 'string') return name;
  throw invalidConfig(`expected one layer in ${key}, [[name, 0, 0]], got ${showJson(ends)}`);
}
