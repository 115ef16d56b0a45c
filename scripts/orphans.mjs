/** Removes compiled files whose source is gone: the compiler leaves them behind, and a renamed test would run twice. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Looks through the dist folder of the checkout at `root` and of each of its packages. */
export function removeOrphans(root) {
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
