/** L2 penalties as Keras configures them. */
import type { LayerConfig } from '../../src/types.js';

/** Config key of each weight's regulariser. */
const regularizerKeys: Readonly<Record<string, string>> = {
  kernel: 'kernel_regularizer',
  depthwise_kernel: 'depthwise_regularizer',
  pointwise_kernel: 'pointwise_regularizer',
  bias: 'bias_regularizer',
};

interface Regularizer {
  readonly class_name: string;
  readonly config: { readonly l1?: number; readonly l2?: number };
}

/** The factors of `l2 * sum(w^2)`, keyed as the weights (`layer/kernel`); 0 for weights without a penalty. */
export function l2Factors(layers: readonly LayerConfig[], weightNames: Iterable<string>): Map<string, number> {
  const configs = new Map(layers.map(({ name, config }) => [name, config]));
  return new Map([...weightNames].map((name) => [name, l2Factor(configs, name)]));
}

function l2Factor(configs: ReadonlyMap<string, LayerConfig['config']>, weightName: string): number {
  const slash = weightName.lastIndexOf('/');
  const key = regularizerKeys[weightName.slice(slash + 1)];
  const config = configs.get(weightName.slice(0, slash));
  const regularizer = key === undefined ? undefined : (config?.[key] as Regularizer | null | undefined);
  const { l1 = 0, l2 = 0 } = regularizer?.config ?? {};
  if (l1 !== 0) throw new Error(`${weightName}: the reference knows L2 only, got l1 = ${l1}.`);
  return l2;
}
