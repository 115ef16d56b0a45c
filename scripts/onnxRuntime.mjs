/**
 * Brings onnxruntime-node into .cache, for the tests of ONNX files; they are skipped without it. Continuous integration calls this. It is no dependency, because it is large
 * and its own installation loads files from elsewhere, which is left out here: running on the processor does not need them.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, npm } from './steps.mjs';

const version = '1.30.0';
const folder = join(root, '.cache', 'onnxruntime');

if (!existsSync(join(folder, 'node_modules', 'onnxruntime-node'))) {
  mkdirSync(folder, { recursive: true });
  const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
  if (!npm('install', '--prefix', folder, ...quiet, `onnxruntime-node@${version}`)) {
    console.error(
      `onnxruntime-node ${version} did not come from the npm registry, so ONNX files stay untested: try again.`,
    );
    process.exitCode = 1;
  }
}
