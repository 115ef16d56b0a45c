/** Jest in two runs: everything that can share the machine on all processors, then one by one the files that measure. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { engineEnvironment } from './engineEnvironment.mjs';
import { measuringTests, missingMeasuringTests } from './measuringTests.mjs';
import { root, run } from './steps.mjs';

/** Runs every test with jest's usual report; returns counts over both runs, and the files with skipped tests. */
export function runEveryTest() {
  const alone = Object.keys(measuringTests);
  // Two even on one processor: tests also wait, for processes and disks.
  const workers = Math.max(2, availableParallelism());
  const reports = [
    runJest(`--maxWorkers=${workers}`, '--testPathIgnorePatterns', '/node_modules/', ...alone.map(exactly)),
    runJest('--runInBand', '--runTestsByPath', ...alone),
  ];
  const counts = { passed: 0, failed: missingMeasuringTests().length, skipped: [] };
  for (const path of missingMeasuringTests()) console.log(`${path}, listed in scripts/measuringTests.mjs, is no file`);
  for (const { passed, failed, skipped } of reports) {
    counts.passed += passed;
    counts.failed += failed;
    counts.skipped.push(...skipped);
  }
  return counts;
}

/** A pattern of jest's for this file alone. */
function exactly(path) {
  return `/${path.replaceAll('.', '\\.')}$`;
}

/** A file that does not load counts as one failure, as does a run that fails without naming a test. */
function runJest(...words) {
  const folder = mkdtempSync(join(tmpdir(), 'fer-test-'));
  const file = join(folder, 'jest.json');
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = [...node, 'node_modules/jest/bin/jest.js', '--json', `--outputFile=${file}`, ...words];
  const succeeded = run(process.execPath, jest, { stdio: ['ignore', 'ignore', 'inherit'], env: engineEnvironment() });
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    const skipped = report.testResults.map(skippedOf).filter(({ count }) => count > 0);
    return { passed: report.numPassedTests, failed: succeeded ? failed : Math.max(failed, 1), skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function skippedOf({ name, assertionResults }) {
  const count = assertionResults.filter(({ status }) => status === 'pending').length;
  return { file: relative(root, name), count };
}
