/** `npm run build`: compiles the toolkit and its packages, and removes what no source stands for any more. */
import { removeOrphans } from './orphans.mjs';
import { tool } from './steps.mjs';

const compiled = tool('typescript/bin/tsc', '-b');
removeOrphans();
process.exitCode = compiled ? 0 : 1;
