/** Removes compiled files whose source is gone: the compiler leaves them behind, and a renamed test would run twice. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

/** Looks through the dist folder of the toolkit and of each package. */
export function removeOrphans() {
  const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  for (const folder of [root, ...packages]) {
    const dist = join(folder, 'dist');
    if (!existsSync(dist)) continue;
    for (const compiled of readdirSync(dist, { recursive: true })) {
      const source = compiled.replace(/(\.d\.ts|\.js(\.map)?)$/, '.ts');
      if (source !== compiled && !existsSync(join(folder, source))) rmSync(join(dist, compiled));
    }
  }
}
