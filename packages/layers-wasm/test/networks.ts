/** Networks that together use every layer and option, with odd sizes and channel counts. */
import type { TestNetwork } from './configBuilder.js';
import { fullMiniXception, miniXception } from './miniXceptionConfig.js';
import { denses, largeDenses, outOfOrder, residuals, sharedInput } from './networks/connections.js';
import {
  convolutions,
  depthwise,
  kernelShapes,
  lastConvolution,
  separable,
  tinyImages,
  wide,
} from './networks/convolutions.js';
import {
  fewAndManyTiles,
  largeWeights,
  largeWindows,
  stridedTiles,
  tiledImages,
  unevenTiles,
} from './networks/minimalFilters.js';
import { normalisation, rectifiers, smoothActivations } from './networks/normalisation.js';
import { pooledImage, pooledNormalisations, pooledOptions, pooledReaders } from './networks/pooledNormalisation.js';
import { globalPoolings, largePoolings, paddings, poolings, sharedPoolings } from './networks/poolings.js';

/** Networks without dropout, small enough for a naive implementation and a large batch. */
export const smallNetworks: readonly TestNetwork[] = [
  convolutions(),
  kernelShapes(),
  depthwise(),
  separable(),
  wide(),
  tinyImages(),
  normalisation(),
  rectifiers(),
  poolings(),
  globalPoolings(),
  paddings(),
  residuals(),
  sharedInput(),
  denses(),
  outOfOrder(),
];

/** What the engine is tested with. */
export const engineNetworks: readonly TestNetwork[] = [
  ...smallNetworks,
  sharedPoolings(),
  largePoolings(),
  lastConvolution(),
  pooledNormalisations(),
  pooledOptions(),
  pooledReaders(),
  pooledImage(),
  largeDenses(),
];

/** Of convolutions that minimal filters compute. */
export const tiledNetworks: readonly TestNetwork[] = [
  tiledImages(),
  unevenTiles(),
  fewAndManyTiles(),
  largeWindows(),
  stridedTiles(),
  largeWeights(),
];

/** What the reference is tested with. */
export const referenceNetworks: readonly TestNetwork[] = [...smallNetworks, smoothActivations()];

/** A mini-Xception with channels that no vector width divides. */
export const narrowMiniXception = miniXception({
  name: 'narrowMiniXception',
  inputShape: [33, 35, 1],
  stem: 5,
  blocks: [7, 10, 12],
  classes: 7,
});

/** All networks without dropout. */
export const networks: readonly TestNetwork[] = [...engineNetworks, narrowMiniXception, fullMiniXception];
