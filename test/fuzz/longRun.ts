/**
 * Reads damaged model files by the thousand and says where they ended, as JSON on stdout. Case N of a seed is the same case every time.
 * usage: node dist/test/fuzz/longRun.js --reader keras-h5|keras|layers [--count N] [--seed S] [--from N] [--progress FILE] [--keep FOLDER]
 * --progress keeps the report in FILE, after every hundredth case, and goes on from it; --keep copies cases that go wrong into FOLDER.
 */
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { storedFormats } from '../../src/model/formats/storedModel.js';
import { Random } from '../../src/random.js';
import { CaseRunner } from './caseRunner.js';
import { damage } from './damage.js';
import { addCase, emptyReport, type FuzzReport } from './report.js';
import { seedFiles, type Seed } from './seedFiles.js';

/** Every such case is read as a user reads it, with a thread of its own, whatever becomes of it. */
const aloneEvery = 200;

const { values } = parseArgs({
  options: {
    reader: { type: 'string' },
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    progress: { type: 'string' },
    keep: { type: 'string' },
  },
});

const reader = storedFormats.find((format) => format === values.reader);
if (reader === undefined) throw new Error(`Expected --reader ${storedFormats.join('|')}, got ${values.reader}.`);

const report = startReport();
const seeds = await seedFiles(reader);
const folder = await mkdtemp(join(tmpdir(), 'fer-fuzz-'));
const runner = new CaseRunner();
try {
  const end = Number(values.from) + Number(values.count);
  while (report.next < end) {
    await runCase(report.next, seeds);
    if (report.next % 100 === 0 || report.next === end) await saveProgress();
  }
} finally {
  await runner.close();
  await rm(folder, { recursive: true });
}
console.log(JSON.stringify(report, null, 2));
process.exitCode = report.failures.length === 0 ? 0 : 1;

function startReport(): FuzzReport {
  const { progress } = values;
  if (progress !== undefined && existsSync(progress)) return JSON.parse(readFileSync(progress, 'utf8')) as FuzzReport;
  return { ...emptyReport(reader!, Number(values.seed)), next: Number(values.from) };
}

async function runCase(number: number, all: readonly Seed[]): Promise<void> {
  const random = new Random(report.seed, `${reader} ${number}`);
  const seed = all[random.integer(all.length)]!;
  const caseFolder = join(folder, String(number));
  await mkdir(caseFolder);
  for (const [name, bytes] of await damage(seed, random)) await writeFile(join(caseFolder, name), bytes);
  const opening = { path: join(caseFolder, [...seed.files.keys()][0]!), assumptions: seed.assumptions };
  const problem = addCase(report, await runner.run(opening, number % aloneEvery === 0));
  if (problem !== undefined) {
    console.error(`case ${number} (${seed.name}): ${problem}`);
    if (values.keep !== undefined) await cp(caseFolder, join(values.keep, `${reader}-${number}`), { recursive: true });
  }
  await rm(caseFolder, { recursive: true });
}

async function saveProgress(): Promise<void> {
  if (values.progress === undefined) return;
  await mkdir(dirname(values.progress), { recursive: true });
  await writeFile(values.progress, JSON.stringify(report));
}
