/** Class name -> reference layer. */
import { activation, reluLayer, Softmax } from './activations.js';
import { Add, Dropout, Flatten, ZeroPadding2D } from './arrangement.js';
import { BatchNormalization } from './batchNormalization.js';
import { Conv2D, DepthwiseConv2D, SeparableConv2D } from './convolution.js';
import { Dense } from './dense.js';
import { option, type Layer, type LayerContext } from './layer.js';
import { AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D } from './pooling.js';

const makers: Readonly<Record<string, (context: LayerContext) => Layer>> = {
  Activation: ({ config }) => activation(option(config, 'activation', 'linear')),
  Add: () => new Add(),
  AveragePooling2D: (context) => new AveragePooling2D(context),
  BatchNormalization: (context) => new BatchNormalization(context),
  Conv2D: (context) => new Conv2D(context),
  Dense: (context) => new Dense(context),
  DepthwiseConv2D: (context) => new DepthwiseConv2D(context),
  Dropout: (context) => new Dropout(context),
  Flatten: () => new Flatten(),
  GlobalAveragePooling2D: () => new GlobalAveragePooling2D(),
  GlobalMaxPooling2D: () => new GlobalMaxPooling2D(),
  MaxPooling2D: (context) => new MaxPooling2D(context),
  ReLU: (context) => reluLayer(context),
  SeparableConv2D: (context) => new SeparableConv2D(context),
  Softmax: () => new Softmax(),
  ZeroPadding2D: (context) => new ZeroPadding2D(context),
};

/** Every class name the reference runs, InputLayer aside. */
export const referenceLayerNames: readonly string[] = Object.keys(makers);

/** The reference layer of a Keras class. */
export function makeLayer(className: string, context: LayerContext): Layer {
  const make = makers[className];
  if (!make) throw new Error(`The reference knows no layer ${className} (${context.name}).`);
  return make(context);
}
