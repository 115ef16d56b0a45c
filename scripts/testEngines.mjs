/**
 * Brings the engines that are no part of the package into .cache, with the commands that users have, and a GPU that computes on the
 * processor. Continuous integration calls this; the contract's tests of an engine are skipped where it is not there.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { enginesFolder } from './engineEnvironment.mjs';
import { bringSoftwareGpu } from './softwareGpu.mjs';
import { root, run } from './steps.mjs';

mkdirSync(enginesFolder, { recursive: true });
const env = { ...process.env, FER_ENGINES_DIR: enginesFolder };
for (const engine of ['tensorflow', 'webgpu']) {
  if (!run(process.execPath, [join(root, 'bin', 'fer.js'), 'engine', 'install', engine], { env })) process.exitCode = 1;
}
bringSoftwareGpu();
