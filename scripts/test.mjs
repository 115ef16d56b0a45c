/**
 * `npm test`: installs and builds if needed, then type check, lint, format check and jest; ends with `N passed, N failed`. Where CI is
 * true it also brings onnxruntime and the engines, without which tests of ONNX files and of these engines are skipped, and another Node,
 * which has to come to the same bits.
 */
import { join } from 'node:path';
import { runEveryTest } from './jest.mjs';
import { otherLine } from './otherNodes.mjs';
import { build, install, root, run, tool } from './steps.mjs';

process.chdir(root);
const counts = { passed: 0, failed: 0 };

function check(title, passes) {
  console.log(`\n== ${title}`);
  const passed = passes();
  counts[passed ? 'passed' : 'failed'] += 1;
  if (!passed) console.log(`== ${title}: FAILED`);
}

/** Says which tests were skipped, and how to have what they need. */
function tellSkipped(skipped) {
  if (skipped.length === 0) return;
  const total = skipped.reduce((sum, { count }) => sum + count, 0);
  console.log(`\n${total} skipped: ${skipped.map(({ file, count }) => `${file} (${count})`).join(', ')}`);
  console.log(
    'Tests of ONNX files run after "node scripts/onnxRuntime.mjs", those of the engines tensorflow and webgpu after ' +
      '"node scripts/testEngines.mjs", those of cuda on a machine with an NVIDIA GPU where FER_ENGINES_DIR names a folder that ' +
      '"fer engine install cuda" filled, those with real Keras where PYTHON names a Python that has keras, tensorflow-cpu and h5py.',
  );
}

check('dependencies', install);
check('build and type check', build);
check('lint', () => tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'));
check('format', () => tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'));
if (process.env.CI === 'true') {
  for (const name of ['onnxRuntime', 'testEngines']) {
    check(name, () => run(process.execPath, [join(root, 'scripts', `${name}.mjs`)]));
  }
  const line = otherLine();
  if (line) check(`bits on Node ${line}`, () => run(process.execPath, [join(root, 'scripts', 'testNodes.mjs'), line]));
}
console.log('\n== jest');
const tests = runEveryTest();
counts.passed += tests.passed;
counts.failed += tests.failed;
tellSkipped(tests.skipped);

console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
