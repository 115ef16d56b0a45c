/** `npm run build`. */
import { build } from './steps.mjs';

process.exitCode = build() ? 0 : 1;
