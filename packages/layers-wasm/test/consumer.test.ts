/** The published types, as a project compiles them that has neither the browser's types nor patience with errors in those of others. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// Compiled tests run from dist/test; the package lies two folders up.
const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
const folder = mkdtempSync(join(tmpdir(), 'layers-wasm-consumer-'));

const program = `
  import { compile, hostFeatures, LayersWasmError, type HostFeatures, type LayersConfig, type Network } from 'layers-wasm';
  import { ModuleBuilder } from 'layers-wasm/assembler/moduleBuilder.js';
  import { lowerLayers } from 'layers-wasm/graph/lower.js';
  import { demandState } from 'layers-wasm/training/optimizerState.js';
  import { resolveTraining } from 'layers-wasm/training/options.js';
  import { writeTargets } from 'layers-wasm/training/targets.js';

  export async function start(config: LayersConfig): Promise<Network | HostFeatures> {
    const network: Network = await compile(config, new Map(), { batchSize: 1, optimizer: { kind: 'sgd', momentum: 0.9 } });
    const labels = Uint16Array.of(300);
    network.trainStep({ images: new Float32Array(1), labels, count: 1, learningRate: 0.1 });
    return network instanceof LayersWasmError ? hostFeatures() : network;
  }
  export const others = [ModuleBuilder, lowerLayers, demandState, resolveTraining, writeTargets];`;

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageFolder, join(folder, 'node_modules', 'layers-wasm'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'program.ts'), program);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['ES2023'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('compile without the types of a browser or of Node, and with every file checked', () => {
  let errors = '';
  try {
    execFileSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  } catch (error) {
    errors = (error as { stdout: string }).stdout;
  }
  expect(errors).toBe('');
});
