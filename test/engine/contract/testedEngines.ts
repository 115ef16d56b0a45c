/** The engines that the contract holds for, those that cannot run here included: their tests are skipped by name, and counted. */
import { describe } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import { engineNames, type EngineName } from '../../../src/engine/engineNames.js';
import { engines } from '../../../src/engine/engines.js';
import type { ArchitectureName } from '../../../src/model/architectures.js';

/** How much an engine is given to do: a GPU that a processor plays takes seconds to compile what others do in milliseconds. */
export interface Workload {
  /** Images a step of most tests. */
  readonly batchSize: number;
  /** Images in the batch of each architecture, and its steps, the first included. */
  readonly architectureImages: number;
  readonly architectureSteps: number;
  /** Every case, or of cases that differ little the one or two that hold most. */
  readonly everyCase: boolean;
  /** Architectures without a test of their own, and why. */
  readonly leftOut: Readonly<Partial<Record<ArchitectureName, string>>>;
  /** Input of the test of other sizes: [height, width, channels]. */
  readonly colourShape: readonly [number, number, number];
}

const usual: Workload = {
  batchSize: 6,
  architectureImages: 2,
  architectureSteps: 4,
  everyCase: true,
  leftOut: {},
  colourShape: [64, 64, 3],
};
const small: Workload = {
  batchSize: 3,
  architectureImages: 1,
  architectureSteps: 1,
  everyCase: false,
  leftOut: { 'mini-xception': 'its curve is tested, from the first loss on' },
  colourShape: [24, 20, 3],
};

/** Milliseconds for a test of a whole architecture: a GPU that a processor plays takes a minute for ResNet-18. */
export const patience = 240_000;

export interface TestedEngine {
  readonly name: EngineName;
  readonly workload: Workload;
  /** As `Engine.compile`; loads the engine when it is first called. */
  readonly compile: Engine['compile'];
}

/** Jest collects tests without waiting for anything, so what is present is found out before. */
const tested: Awaited<ReturnType<typeof lookAt>>[] = [];
// One TensorFlow is loaded in a process, and that for GPUs serves the processor as well: cuda comes first.
for (const name of [...engineNames].sort()) tested.push(await lookAt(name));

async function lookAt(name: EngineName): Promise<TestedEngine & { readonly available: boolean }> {
  const entry = engines[name];
  const { available, hardwareGpu } = await entry.probe();
  const playsGpu = name === 'webgpu' && !hardwareGpu;
  let loading: Promise<Engine> | undefined;
  return {
    name,
    available,
    workload: playsGpu ? small : usual,
    compile: async (config, weights, options) => {
      loading ??= entry.load();
      // Threads of the default engine take turns with those of other tests; the others know their own number.
      const threads = name === 'wasm' ? { threads: 2 } : {};
      return (await loading).compile(config, weights, { ...threads, ...options });
    },
  };
}

/** What every engine is compared with. */
export const wasm: TestedEngine = tested.find(({ name }) => name === 'wasm')!;

/** Groups of tests called `<engine>: <title>`, one for every engine. */
export function describeEngines(title: string, tests: (engine: TestedEngine) => void): void {
  describeEach(title, tested, tests);
}

/** As `describeEngines`, without wasm: of what compares an engine with it. tensorflowJs.test.ts compares wasm. */
export function describeOthers(title: string, tests: (engine: TestedEngine) => void): void {
  const others = tested.filter(({ name }) => name !== 'wasm');
  describeEach(title, others, tests);
}

function describeEach(title: string, chosen: typeof tested, tests: (engine: TestedEngine) => void): void {
  for (const engine of chosen) {
    const group = engine.available ? describe : describe.skip;
    group(`${engine.name}: ${title}`, () => tests(engine));
  }
}
