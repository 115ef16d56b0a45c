/**
 * `npm run test:nodes`: what must be the same in every version of Node, on Node 20, 22, 24 and 26 from npm: pinned bits of the engine and of
 * training data, 256-bit code, threads, and a prediction of the shipped model. One line per version; ends with 1 when one fails.
 * usage: npm run test:nodes [-- 24 26]
 */
import { spawnSync } from 'node:child_process';
import { builds, fetchNode } from './otherNodes.mjs';
import { build, install, root } from './steps.mjs';

const engine = ['pinnedBits', 'engineWide', 'engineThreads', 'engineLifetime', 'runtime/v8', 'runtime/threadPool'];
const files = [
  ...engine.map((name) => `packages/layers-wasm/dist/test/${name}.test.js`),
  ...['augment/pinnedBatches', 'random', 'bin/oneProcessor'].map((name) => `dist/test/${name}.test.js`),
];
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** Standard output of that Node; what it says on the other stream comes with it when it fails. */
function outputOf(node, words) {
  const { status, stdout, stderr, error } = spawnSync(node, words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { passed: status === 0, stdout, stderr: error?.message ?? stderr };
}

/** Every digit of the answer: numbers are written so that they are read back to the same bits. */
function predict(node) {
  const { passed, stdout, stderr } = outputOf(node, ['bin/fer.js', 'predict', 'data/example.png', '--json', '--quiet']);
  return passed ? stdout : stderr;
}

/** What is wrong with that Node, in words; nothing when all is well. */
function failuresOf(node, expected) {
  const failures = [];
  const { passed, stderr } = outputOf(node, [...jest, ...files]);
  if (!passed) failures.push(stderr);
  const answer = predict(node);
  if (answer !== expected) failures.push(`fer predict: expected ${expected}, got ${answer}`);
  return { tests: /^Tests: +(.*)$/m.exec(stderr)?.[1] ?? 'no tests ran', failures };
}

/** The versions of the lines that were asked for, 20 or 26 for instance; all without any. Ends this script for an unknown one. */
function chosenVersions(lines) {
  const versions = builds?.versions ?? [];
  const known = versions.map((version) => version.split('.')[0]);
  const unknown = lines.find((line) => !known.includes(line));
  if (unknown === undefined && versions.length > 0)
    return versions.filter((_, i) => lines.length === 0 || lines.includes(known[i]));
  const here = `${process.platform} ${process.arch}`;
  console.error(
    `npm has no Node ${unknown ?? ''} for ${here} that is known here; it has ${known.join(', ') || 'none'}.`,
  );
  return process.exit(2);
}

process.chdir(root);
const versions = chosenVersions(process.argv.slice(2));
if (!install() || !build()) process.exit(1);
const expected = predict(process.execPath);
for (const version of versions) {
  const started = performance.now();
  const node = fetchNode(version);
  const { tests, failures } = node ? failuresOf(node, expected) : { tests: 'not tested', failures: [] };
  for (const failure of failures) console.error(failure);
  const passed = node !== undefined && failures.length === 0;
  if (!passed) process.exitCode = 1;
  const v8 = node ? ` (V8 ${outputOf(node, ['-p', 'process.versions.v8']).stdout.trim()})` : '';
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`Node ${version}${v8}: ${passed ? 'passed' : 'FAILED'}; ${tests}; ${seconds} s`);
}
