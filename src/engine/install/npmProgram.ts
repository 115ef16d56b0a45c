/** Finds npm: that of the Node which runs fer, where there is one. */
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { installError } from './installation.js';
import type { ProgramCommand } from './program.js';

const script = join('node_modules', 'npm', 'bin', 'npm-cli.js');

/**
 * Runs npm: the one that started fer (`npm_execpath`), the one beside Node, or the first in `PATH`. npm is a script, which this Node runs,
 * so that no shell is needed on Windows. Throws ENGINE_INSTALL_FAILED when there is none.
 */
export function findNpm(environment: NodeJS.ProcessEnv): ProgramCommand {
  const starter = environment['npm_execpath'] ?? '';
  const node = dirname(process.execPath);
  const besideNode = [join(node, '..', 'lib', script), join(node, script)];
  const inPath = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const path of [starter, ...besideNode, ...inPath.flatMap(scriptsOf)]) {
    // Other package managers set npm_execpath too.
    if (path.endsWith('npm-cli.js') && existsSync(path)) return [process.execPath, path];
  }
  for (const path of inPath.map((folder) => join(folder, 'npm'))) {
    if (process.platform !== 'win32' && existsSync(path)) return [path];
  }
  throw installError(
    'No npm was found, beside Node or in PATH.',
    'Install npm, which comes with Node (https://nodejs.org), and run the command again.',
  );
}

/** Where the script is when `folder` has an `npm` to run: what the link leads to, or beside npm.cmd. */
function scriptsOf(folder: string): string[] {
  const link = join(folder, 'npm');
  return [...(existsSync(link) ? [realpathSync(link)] : []), join(folder, script)];
}
