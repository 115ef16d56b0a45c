/** Keras 1 into the names of Keras 2. Values that Keras 2 has no name for stay, for the checks of the fields to name them. */
import { unsupportedField, type KerasLayer } from './kerasLayer.js';

const classNames: ReadonlyMap<string, string> = new Map([
  ['Convolution2D', 'Conv2D'],
  ['SeparableConvolution2D', 'SeparableConv2D'],
]);

const fieldNames: ReadonlyMap<string, string> = new Map([
  ['nb_filter', 'filters'],
  ['output_dim', 'units'],
  ['border_mode', 'padding'],
  ['subsample', 'strides'],
  ['dim_ordering', 'data_format'],
  ['bias', 'use_bias'],
  ['p', 'rate'],
  ['init', 'kernel_initializer'],
  ['gamma_init', 'gamma_initializer'],
  ['beta_init', 'beta_initializer'],
  ['W_regularizer', 'kernel_regularizer'],
  ['b_regularizer', 'bias_regularizer'],
  ['W_constraint', 'kernel_constraint'],
  ['b_constraint', 'bias_constraint'],
]);

/** `layer` with the class and the field names of Keras 2; the same layer when it is not one of Keras 1. */
export function renameKeras1(layer: KerasLayer): KerasLayer {
  if (layer.className === 'Merge') return renameMerge(layer);
  const className = classNames.get(layer.className) ?? layer.className;
  const { nb_row: rows, nb_col: columns, ...fields } = layer.config;
  const writtenAs = new Map<string, string>();
  const renamed = Object.entries(fields).map(([field, value]): [string, unknown] => {
    const name = fieldNames.get(field);
    if (name === undefined || Object.hasOwn(fields, name)) return [field, value];
    writtenAs.set(name, field);
    return [name, renameValue(field, value)];
  });
  const config = Object.fromEntries(renamed);
  if (rows !== undefined && columns !== undefined) config['kernel_size'] = [rows, columns];
  return { ...layer, className, config, writtenAs };
}

function renameValue(field: string, value: unknown): unknown {
  return field === 'dim_ordering' && value === 'tf' ? 'channels_last' : value;
}

/** `merge([a, b], mode='sum')`. Its other fields belong to other modes, and to modes that are functions. */
function renameMerge(layer: KerasLayer): KerasLayer {
  const { mode, mode_type: kind, arguments: options } = layer.config;
  if (mode !== 'sum' || (kind !== undefined && kind !== 'raw')) throw unsupportedField(layer, 'mode', '"sum"');
  if (options && Object.keys(options).length > 0) throw unsupportedField(layer, 'arguments', 'none');
  return { ...layer, className: 'Add', config: {} };
}
