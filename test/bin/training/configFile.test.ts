/** What the config file of `fer train` may be, and what is said of one that is damaged. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readConfigFile } from '../../../bin/training/configFile.js';

const folder = mkdtempSync(join(tmpdir(), 'fer-config-file-'));
const path = join(folder, 'run.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

test('keys and values, or none', async () => {
  writeFileSync(path, 'epochs: 3\naugment:\n  rotation: 5\n');
  expect(await readConfigFile(path)).toEqual({ epochs: 3, augment: { rotation: 5 } });
  writeFileSync(path, '# nothing yet\n');
  expect(await readConfigFile(path)).toEqual({});
});

test('what is no YAML is named in one sentence with its place', async () => {
  writeFileSync(path, 'data: faces.csv\nepochs: a: b\n');
  await expect(readConfigFile(path)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^Cannot read the config file .*run\.yaml: [^?]* at line 2, column 9\.$/) as unknown,
  });
});

test('a missing file is named with the reason of the system', async () => {
  // Under Jest the errors of Node are no instances of the test's own Error, and say of themselves that they are one.
  await expect(readConfigFile(join(folder, 'none.yaml'))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(
      /none\.yaml: (?:Error: )?ENOENT: no such file or directory, open '.*none\.yaml'\.$/,
    ) as unknown,
  });
});
