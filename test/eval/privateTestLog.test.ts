/** The count of looks at PrivateTest: kept, dated, and never a reason to lose an evaluation. */
import { mkdtemp, readdir, readFile, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { privateTestLogName, recordPrivateTestLook } from '../../src/eval/privateTestLog.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fer-looks-'));
});

afterEach(async () => {
  await chmod(folder, 0o755);
  await rm(folder, { recursive: true });
});

test('counts from 1 and keeps the dates', async () => {
  const before = new Date().toISOString();
  expect(await recordPrivateTestLook(folder)).toEqual({ count: 1 });
  expect(await recordPrivateTestLook(folder)).toEqual({ count: 2 });
  const text = await readFile(join(folder, privateTestLogName), 'utf8');
  const looks = JSON.parse(text) as { count: number; dates: string[] };
  expect(looks.count).toBe(2);
  expect(looks.dates).toHaveLength(2);
  expect(looks.dates.every((date) => date >= before && date <= new Date().toISOString())).toBe(true);
  expect(await readdir(folder)).toEqual([privateTestLogName]);
  expect(text).toMatch(/^\{\n {2}"count": 2,/);
});

test('counts the files of a run as the run', async () => {
  for (const file of ['model.json', 'model.h5']) await writeFile(join(folder, file), '');
  expect(await recordPrivateTestLook(folder)).toMatchObject({ count: 1 });
  expect(await recordPrivateTestLook(join(folder, 'model.json'))).toMatchObject({ count: 2 });
  expect(await recordPrivateTestLook(join(folder, 'model.h5'))).toMatchObject({ count: 3 });
  expect((await readdir(folder)).sort()).toEqual(['model.h5', 'model.json', privateTestLogName]);
});

test('counts files that share a folder each on its own', async () => {
  const files = ['one.h5', 'two.keras', 'model.h5'].map((name) => join(folder, name));
  for (const file of files) await writeFile(file, '');
  await recordPrivateTestLook(files[0]!);
  expect(await recordPrivateTestLook(files[0]!)).toEqual({ count: 2 });
  expect(await recordPrivateTestLook(files[1]!)).toEqual({ count: 1 });
  expect(await recordPrivateTestLook(files[0]!)).toEqual({ count: 3 });
  expect(await readdir(folder)).toContain(`one.h5.${privateTestLogName}`);
  expect(await recordPrivateTestLook(files[2]!)).toMatchObject({ count: 1 }); // there is no run around it
});

const onWindows = process.platform === 'win32';
(onWindows ? test.skip : test)('warns where it cannot write', async () => {
  await chmod(folder, 0o555);
  // The superuser may write anywhere but into /proc.
  const readOnly = process.getuid?.() === 0 ? '/proc' : folder;
  const look = await recordPrivateTestLook(readOnly);
  expect(look).toMatchObject({ count: 1 });
  expect(look.warning).toMatch(
    /^This look at PrivateTest is not counted for the next one. Cannot write .*private-test-looks/,
  );
});

test.each(['not JSON', '{"count": 3, "dates": []}', '[]', 'null'])('refuses a damaged log: %s', async (text) => {
  await writeFile(join(folder, privateTestLogName), text);
  await expect(recordPrivateTestLook(folder)).rejects.toMatchObject({ code: 'RUN_INVALID' });
});
