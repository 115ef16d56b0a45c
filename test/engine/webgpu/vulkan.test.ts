/** Where drivers of Vulkan are looked for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { driverManifests } from '../../../src/engine/webgpu/vulkan.js';

const root = mkdtempSync(join(tmpdir(), 'fer-vulkan-'));
afterAll(() => rmSync(root, { recursive: true }));

function manifest(...place: string[]): string {
  const path = join(root, ...place);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '{}');
  return path;
}

const shared = manifest('share', 'vulkan', 'icd.d', 'radeon_icd.x86_64.json');
const own = manifest('named.json');
manifest('share', 'vulkan', 'icd.d', 'readme.txt');

// Set, so that nothing of this machine is found there.
const nowhere = { XDG_CONFIG_HOME: root, XDG_CONFIG_DIRS: root, XDG_DATA_HOME: root, XDG_DATA_DIRS: root };

test('in the folders of data', () => {
  expect(driverManifests({ ...nowhere, XDG_DATA_DIRS: join(root, 'share') })).toContain(shared);
  expect(driverManifests(nowhere)).not.toContain(shared);
});

test.each(['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'])('only where %s says, if it is set', (name) => {
  const environment = { ...nowhere, XDG_DATA_DIRS: join(root, 'share') };
  expect(driverManifests({ ...environment, [name]: own })).toEqual([own]);
  expect(driverManifests({ ...environment, [name]: join(root, 'missing.json') })).toEqual([]);
});

test('a file in the place of a folder has none', () => {
  expect(driverManifests({ ...nowhere, VK_DRIVER_FILES: join(shared, '..', 'readme.txt') })).toEqual([]);
});

test('also where VK_ADD_DRIVER_FILES says', () => {
  const found = driverManifests({ ...nowhere, XDG_DATA_DIRS: join(root, 'share'), VK_ADD_DRIVER_FILES: own });
  expect(found).toEqual(expect.arrayContaining([own, shared]));
});
