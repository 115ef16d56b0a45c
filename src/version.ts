/** The toolkit's version, from its package.json. */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** SemVer of this toolkit; run.json and model cards carry it. */
export const version = manifest.version;
