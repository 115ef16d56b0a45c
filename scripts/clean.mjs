/** `npm run clean`: removes everything that a build or the quickstart made. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'dist'));
for (const folder of ['dist', 'quickstart', ...packages]) rmSync(join(root, folder), { recursive: true, force: true });
