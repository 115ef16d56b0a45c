/** A small run of the fuzzer for every reader: the same damaged files each time. `npm run fuzz` reads more of them. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { storedFormats, type StoredFormat } from '../../src/model/formats/storedModel.js';
import { Random } from '../../src/random.js';
import { damage } from './damage.js';
import { limits, type FuzzReport } from './report.js';
import { seedFiles } from './seedFiles.js';

const seed = 2026;
const count = 150;

/** The report of a run in a process of its own, whose memory is not that of jest. */
async function fuzz(reader: StoredFormat): Promise<FuzzReport> {
  const program = fileURLToPath(new URL('longRun.js', import.meta.url));
  const words = [program, '--reader', reader, '--count', `${count}`, '--seed', `${seed}`];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(stdout) as FuzzReport;
}

describe.each(storedFormats)('of the reader %s', (reader) => {
  test(`${count} damaged files end in numbers or in one error`, async () => {
    const { failures, outcomes, slowest, memory } = await fuzz(reader);
    expect(failures).toEqual([]);
    expect(slowest.cpuMs).toBeLessThan(limits.cpuMs);
    expect(memory.megabytes).toBeLessThan(limits.megabytes);
    const { answered = 0, MODEL_INVALID: invalid = 0 } = outcomes;
    expect(answered).toBeGreaterThan(count / 10); // the damage goes deep enough to leave models
    expect(invalid).toBeGreaterThan(count / 4); // and is damage
  }, 60_000);

  test('the damage leaves the seeds whole', async () => {
    const seeds = await seedFiles(reader);
    const before = seeds.map(({ files }) => [...files.values()].map((bytes) => Buffer.from(bytes).toString('hex')));
    for (let number = 0; number < 60; number++) await damage(seeds[number % seeds.length]!, new Random(number));
    const after = seeds.map(({ files }) => [...files.values()].map((bytes) => Buffer.from(bytes).toString('hex')));
    expect(after).toEqual(before);
  });
});
