/**
 * One network, 48x48x1, one action per line on stdin, milliseconds per line on stdout: `s` a training step, `i` inference of the batch,
 * `1` of one image, `q` ends. Prints `ready` first.
 * usage: node dist/bench/stepServer.js [--engine wasm] [--arch mini-xception] [--threads 2] [--batch 128] [--fast] [--plain]
 * `--fast` rounds once (relaxed SIMD), `--plain` keeps to 128-bit vectors.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { resolveBenchConfig, type BenchConfig } from '../src/bench/config.js';
import { prepareWorkload } from '../src/bench/workload.js';
import { chooseEngine } from '../src/engine/chooseEngine.js';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'wasm' },
    arch: { type: 'string', default: 'mini-xception' },
    threads: { type: 'string', default: '2' },
    batch: { type: 'string', default: '128' },
    fast: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
  },
});
const config = resolveBenchConfig({
  engine: values.engine as BenchConfig['engine'], // which is checked there, as is arch
  arch: values.arch as BenchConfig['arch'],
  batchSize: Number(values.batch),
  threads: Number(values.threads),
  fast: values.fast,
  wide: !values.plain,
});
const { engine } = await chooseEngine(config.engine);
const workload = await prepareWorkload(engine, config);

function act(action: string): Promise<void> {
  return action === 's' ? workload.trainStep() : workload.predict(action === '1' ? 1 : config.batchSize);
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'q') break;
  const start = performance.now();
  await act(line);
  console.log((performance.now() - start).toFixed(3));
}
await workload.close();
