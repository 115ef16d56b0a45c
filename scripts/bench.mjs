/** `npm run bench`: installs and builds if needed, then measures the engine and its peers. Options: bench/README.md. */
import { build, install, root, run } from './steps.mjs';

process.chdir(root);
const ready = install() && build();
process.exitCode = ready && run(process.execPath, ['dist/bench/engines.js', ...process.argv.slice(2)]) ? 0 : 1;
