/** What the scripts share: running a command with its output shown, npm on every platform, and installing only when needed. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { removeOrphans } from './orphans.mjs';

/** The checkout's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program in the checkout with its output shown; returns whether it ended with 0. Ends this script when it was interrupted. */
export function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) console.error(`${program}: ${error.message}`);
  if (signal === 'SIGINT' || status === 130) process.exit(130);
  return status === 0;
}

/** Runs the npm that runs this script, or the one on the path. */
export function npm(...args) {
  const running = process.env.npm_execpath;
  if (running?.endsWith('npm-cli.js')) return run(process.execPath, [running, ...args]);
  return run('npm', args, { shell: process.platform === 'win32' });
}

/** Runs a tool from node_modules by its script, without a shell: the same on every platform. */
export function tool(script, ...args) {
  return run(process.execPath, [`${root}/node_modules/${script}`, ...args]);
}

/** Compiles the toolkit and its packages, and removes what no source stands for any more; returns whether there were no errors. */
export function build() {
  const compiled = tool('typescript/bin/tsc', '-b');
  removeOrphans(root);
  return compiled;
}

/** Installs the locked dependencies when there are none yet or when the lock file is newer; returns whether they are there. */
export function install() {
  const installed = modified('node_modules/.package-lock.json');
  if (installed !== undefined && installed >= (modified('package-lock.json') ?? 0)) return true;
  console.log('$ npm ci');
  return npm('ci', '--include=dev', '--no-audit', '--no-fund');
}

function modified(path) {
  return statSync(`${root}/${path}`, { throwIfNoEntry: false })?.mtimeMs;
}
