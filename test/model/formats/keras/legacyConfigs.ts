/** The networks `classic` and `sequential` of makeConfigsFixture.py laid out by hand as Keras 1.2 to 2.3 and TensorFlow 2.12 wrote them. */

type Fields = Record<string, unknown>;

/** What the versions differ in: the fields of each class and the form of the inputs. */
interface Dialect {
  readonly model: string;
  readonly classes: Readonly<Record<string, string>>;
  /** The fields of a layer by its class; `own` are those that differ from layer to layer, in the names of Keras 2. */
  readonly fields: (className: string, own: Fields) => Fields;
  /** [producer, 0, 0] and what follows. */
  readonly tensor: (producer: string) => unknown[];
}

/** Class, name, fields in the names of Keras 2, and producers. */
const classic: readonly (readonly [string, string, Fields, readonly string[]])[] = [
  ['InputLayer', 'image', {}, []],
  ['Conv2D', 'conv', { filters: 4, kernel_size: [3, 3], use_bias: false, l2: 0.5 }, ['image']],
  ['BatchNormalization', 'norm', {}, ['conv']],
  ['Activation', 'rectify', { activation: 'relu' }, ['norm']],
  ['Conv2D', 'shortcut', { filters: 3, kernel_size: [1, 1], strides: [2, 2], padding: 'same' }, ['rectify']],
  ['SeparableConv2D', 'separable', { filters: 3, kernel_size: [3, 3], padding: 'same', use_bias: false }, ['rectify']],
  ['MaxPooling2D', 'pool', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }, ['separable']],
  ['Add', 'sum', {}, ['pool', 'shortcut']],
  ['Dropout', 'drop', { rate: 0.25 }, ['sum']],
  ['Flatten', 'flat', {}, ['drop']],
  ['Dense', 'classes', { units: 3, activation: 'softmax' }, ['flat']],
];

function layOut({ model, classes, fields, tensor }: Dialect): Fields {
  const layers = classic.map(([className, name, own, producers]) => ({
    class_name: classes[className] ?? className,
    name,
    config: { name, ...fields(className, own) },
    inbound_nodes: producers.length === 0 ? [] : [producers.map(tensor)],
  }));
  const ends = { input_layers: [['image', 0, 0]], output_layers: [['classes', 0, 0]] };
  return { class_name: model, config: { name: 'tiny', layers, ...ends } };
}

const noRegularizers1 = { W_regularizer: null, b_regularizer: null, activity_regularizer: null };
const kernel1 = { init: 'glorot_uniform', W_constraint: null, b_constraint: null };

/** The fields of Keras 1.2.2. */
function fields1(className: string, own: Fields): Fields {
  const { filters, kernel_size: size, strides = [1, 1], padding = 'valid', use_bias: bias = true, l2, ...rest } = own;
  const regularizers = l2 === undefined ? {} : { W_regularizer: { name: 'WeightRegularizer', l1: 0, l2 } };
  const window = { subsample: strides, border_mode: padding, dim_ordering: 'tf', nb_filter: filters, bias };
  const [rows, columns] = (size ?? []) as number[];
  const convolution = { ...window, nb_row: rows, nb_col: columns, activation: 'linear', trainable: true };
  switch (className) {
    case 'InputLayer':
      return { batch_input_shape: [null, 6, 8, 2], input_dtype: 'float32', sparse: false };
    case 'Conv2D':
      return { ...convolution, ...kernel1, ...noRegularizers1, ...regularizers };
    case 'SeparableConv2D': {
      const parts = { depthwise_regularizer: null, pointwise_regularizer: null, depth_multiplier: 1 };
      const constraints = { depthwise_constraint: null, pointwise_constraint: null };
      return { ...convolution, ...kernel1, ...noRegularizers1, ...parts, ...constraints };
    }
    case 'BatchNormalization': {
      const initial = { gamma_init: 'one', beta_init: 'zero', gamma_regularizer: null, beta_regularizer: null };
      return { epsilon: 0.001, mode: 0, axis: -1, momentum: 0.99, trainable: true, ...initial };
    }
    case 'MaxPooling2D':
      return { pool_size: own['pool_size'], strides, border_mode: padding, dim_ordering: 'tf', trainable: true };
    case 'Add': {
      const unused = { concat_axis: -1, dot_axes: -1, output_shape: null, output_mask: null, arguments: {} };
      return { mode: 'sum', mode_type: 'raw', output_shape_type: 'raw', output_mask_type: 'raw', ...unused };
    }
    case 'Dropout':
      return { p: own['rate'], trainable: true };
    case 'Dense': {
      const { units, activation } = rest;
      return { output_dim: units, activation, bias, input_dim: null, trainable: true, ...kernel1, ...noRegularizers1 };
    }
    default:
      return { ...rest, trainable: true };
  }
}

/** A network of Keras 1.2: other names, inputs of three entries. */
export const keras12 = layOut({
  model: 'Model',
  classes: { Conv2D: 'Convolution2D', SeparableConv2D: 'SeparableConvolution2D', Add: 'Merge' },
  fields: fields1,
  tensor: (producer) => [producer, 0, 0],
});

const scaling = {
  class_name: 'VarianceScaling',
  config: { scale: 1.0, mode: 'fan_avg', distribution: 'uniform', seed: null },
};

/** What Keras 2.0 and TensorFlow 2.12 name alike, each with its own form of initialisers and penalties. */
function fields2(className: string, own: Fields, forms: { initializer: unknown; zeros: unknown; l2: string }): Fields {
  const { l2, ...rest } = own;
  const penalty =
    l2 === undefined ? null : { class_name: forms.l2, config: forms.l2 === 'L2' ? { l2 } : { l1: 0.0, l2 } };
  const bias = { use_bias: true, bias_initializer: forms.zeros, bias_regularizer: null, bias_constraint: null };
  const kernel = { kernel_initializer: forms.initializer, kernel_regularizer: penalty, kernel_constraint: null };
  const window = { strides: [1, 1], padding: 'valid', data_format: 'channels_last', dilation_rate: [1, 1] };
  const output = { activation: 'linear', activity_regularizer: null };
  switch (className) {
    case 'Conv2D':
      return { ...window, ...output, ...kernel, ...bias, trainable: true, ...rest };
    case 'SeparableConv2D': {
      const depthwise = { depthwise_initializer: forms.initializer, depthwise_regularizer: null };
      const pointwise = { pointwise_initializer: forms.initializer, pointwise_regularizer: null };
      const constraints = { depthwise_constraint: null, pointwise_constraint: null, depth_multiplier: 1 };
      return { ...window, ...output, ...bias, ...depthwise, ...pointwise, ...constraints, trainable: true, ...rest };
    }
    case 'BatchNormalization': {
      const ones = { class_name: 'Ones', config: {} };
      const moving = { moving_mean_initializer: forms.zeros, moving_variance_initializer: ones };
      const initial = { beta_initializer: forms.zeros, gamma_initializer: ones, ...moving };
      const free = { beta_regularizer: null, gamma_regularizer: null, beta_constraint: null, gamma_constraint: null };
      const numbers = { axis: -1, momentum: 0.99, epsilon: 0.001, center: true, scale: true };
      return { ...numbers, ...initial, ...free, trainable: true };
    }
    case 'MaxPooling2D':
      return { data_format: 'channels_last', trainable: true, ...rest };
    case 'Dense':
      return { ...output, ...kernel, ...bias, trainable: true, ...rest };
    default:
      return { trainable: true, ...rest };
  }
}

const forms20 = { initializer: scaling, zeros: { class_name: 'Zeros', config: {} }, l2: 'L1L2' };

/** Keras 2.0.5, the version of the published face networks. */
export const keras205 = layOut({
  model: 'Model',
  classes: {},
  fields: (className, own) => {
    if (className !== 'InputLayer') return fields2(className, own, forms20);
    return { batch_input_shape: [null, 6, 8, 2], dtype: 'float32', sparse: false };
  },
  tensor: (producer) => [producer, 0, 0, {}],
});

/** Keras 2.1 to 2.3: the noise of Dropout is written, Flatten has a data format, 2.3 has a dtype in every layer. */
export const keras21 = layOut({
  model: 'Model',
  classes: {},
  fields: (className, own) => {
    if (className === 'InputLayer') return { batch_input_shape: [null, 6, 8, 2], dtype: 'float32', sparse: false };
    const added = {
      Dropout: { noise_shape: null, seed: null },
      Flatten: { data_format: 'channels_last' },
    }[className];
    return { ...fields2(className, own, forms20), ...added, dtype: 'float32' };
  },
  tensor: (producer) => [producer, 0, 0, {}],
});

const glorot = { class_name: 'GlorotUniform', config: { seed: null } };
const forms212 = { initializer: glorot, zeros: { class_name: 'Zeros', config: {} }, l2: 'L2' };

/** TensorFlow 2.12: class Functional, groups, a list of axes, and on separable convolutions the fields of a kernel that they do not have. */
export const keras212 = layOut({
  model: 'Functional',
  classes: {},
  fields: (className, own) => {
    const added: Record<string, Fields> = {
      Conv2D: { groups: 1 },
      SeparableConv2D: {
        groups: 1,
        kernel_initializer: glorot,
        kernel_regularizer: { class_name: 'L2', config: { l2: 0.01 } },
        kernel_constraint: null,
      },
      BatchNormalization: { axis: [3] },
      Dropout: { noise_shape: null, seed: null },
      Flatten: { data_format: 'channels_last' },
    };
    const input = { batch_input_shape: [null, 6, 8, 2], sparse: false, ragged: false };
    const fields = className === 'InputLayer' ? input : fields2(className, own, forms212);
    return { dtype: 'float32', ...fields, ...added[className] };
  },
  tensor: (producer) => [producer, 0, 0, {}],
});

/** Class, name and fields of `sequential`, in the names of Keras 2. */
const chain: readonly (readonly [string, string, Fields])[] = [
  ['Conv2D', 'conv', { filters: 3, kernel_size: [3, 3], activation: 'relu' }],
  ['MaxPooling2D', 'pool', { pool_size: [2, 2], strides: [2, 2], padding: 'valid' }],
  ['Flatten', 'flat', {}],
  ['Dense', 'classes', { units: 3, activation: 'softmax' }],
];

/** Keras 1.2: a bare list whose first layer has the shape and the type of the input. */
export const keras12Sequential = {
  class_name: 'Sequential',
  config: chain.map(([className, name, own], index) => ({
    class_name: className === 'Conv2D' ? 'Convolution2D' : className,
    config: {
      name,
      ...fields1(className, own),
      ...(className === 'Conv2D' ? { activation: own['activation'] } : {}),
      ...(index === 0 ? { batch_input_shape: [null, 6, 8, 2], input_dtype: 'float32' } : {}),
    },
  })),
};

/** TensorFlow 2.12: the input is a layer of the list, and the first layer tells its shape again. */
export const keras212Sequential = {
  class_name: 'Sequential',
  config: {
    name: 'sequential',
    layers: [
      {
        class_name: 'InputLayer',
        config: {
          batch_input_shape: [null, 6, 8, 2],
          dtype: 'float32',
          sparse: false,
          ragged: false,
          name: 'conv_input',
        },
      },
      ...chain.map(([className, name, own], index) => ({
        class_name: className,
        config: {
          name,
          dtype: 'float32',
          ...fields2(className, own, forms212),
          ...(index === 0 ? { batch_input_shape: [null, 6, 8, 2] } : {}),
        },
      })),
    ],
  },
};
