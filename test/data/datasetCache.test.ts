import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { defaultCacheFolder, readCache } from '../../src/data/datasetCache.js';
import { loadDataset } from '../../src/data/loadDataset.js';
import { fileWriter, header, row, temporaryFolder } from './exampleRows.js';

const folder = temporaryFolder();
const write = fileWriter(folder);
let caches = 0;
const newCache = (): string => join(folder, `cache-${caches++}`);
const content = `${header}\n${row(3, 10)}\n${row(6, 20, 'PublicTest')}\n`;
const onlyEntry = (cache: string): string => join(cache, readdirSync(cache)[0]!);

test('the second load comes from the cache and is the same', async () => {
  const cacheFolder = newCache();
  const path = write('twice.csv', content);
  const first = await loadDataset(path, { cacheFolder });
  const second = await loadDataset(path, { cacheFolder });
  expect([first.source, second.source]).toEqual(['csv', 'cache']);
  expect(second.dataset).toEqual(first.dataset);
  expect(second.hasUsage).toBe(true);
});

test('the same content under another name is found', async () => {
  const cacheFolder = newCache();
  await loadDataset(write('name-a.csv', content), { cacheFolder });
  expect((await loadDataset(write('name-b.csv', content), { cacheFolder })).source).toBe('cache');
});

test('a change that keeps name, size and time is seen', async () => {
  const cacheFolder = newCache();
  const path = write('changed.csv', content);
  await loadDataset(path, { cacheFolder });
  const before = statSync(path);
  writeFileSync(path, content.replace('\n3,', '\n4,'));
  utimesSync(path, before.atime, before.mtime);
  expect(statSync(path).size).toBe(before.size);
  const { dataset, source } = await loadDataset(path, { cacheFolder });
  expect(source).toBe('csv');
  expect([...dataset.labels]).toEqual([4, 6]);
});

describe('a damaged entry is made again', () => {
  const damages: Record<string, (bytes: Buffer) => Buffer> = {
    'one bit flipped in the pixels': (bytes) => {
      bytes[100]! ^= 1;
      return bytes;
    },
    'one bit flipped in the header': (bytes) => {
      bytes[68]! ^= 1;
      return bytes;
    },
    'cut off': (bytes) => bytes.subarray(0, bytes.length - 1),
    empty: () => Buffer.alloc(0),
    'zeros after a power cut': (bytes) => bytes.fill(0),
  };
  test.each(Object.entries(damages))('%s', async (name, damage) => {
    const cacheFolder = newCache();
    const path = write(`${name}.csv`, content);
    const { dataset } = await loadDataset(path, { cacheFolder });
    writeFileSync(onlyEntry(cacheFolder), damage(readFileSync(onlyEntry(cacheFolder))));
    const rebuilt = await loadDataset(path, { cacheFolder });
    expect(rebuilt.source).toBe('csv');
    expect(rebuilt.dataset).toEqual(dataset);
    expect((await loadDataset(path, { cacheFolder })).source).toBe('cache');
  });
});

test('a load that skips bad rows is never served to a strict one', async () => {
  const cacheFolder = newCache();
  const path = write('bad.csv', `${content}${row(9)}\n`);
  const skipped = await loadDataset(path, { cacheFolder, skipBadRows: true });
  expect(skipped.badRows).toHaveLength(1);
  await expect(loadDataset(path, { cacheFolder })).rejects.toThrow(/bad.csv:4: /);
});

test('a cached file without Usage is split by the seed of each load', async () => {
  const cacheFolder = newCache();
  const rows = Array.from({ length: 70 }, (_, i) => row(i % 7, i).replace(',Training', ''));
  const path = write('no-usage.csv', ['emotion,pixels', ...rows].join('\n'));
  const first = await loadDataset(path, { cacheFolder, seed: 1 });
  const cached = await loadDataset(path, { cacheFolder, seed: 1 });
  const other = await loadDataset(path, { cacheFolder, seed: 2 });
  expect([cached.source, cached.hasUsage]).toEqual(['cache', false]);
  expect(cached.dataset.usage).toEqual(first.dataset.usage);
  expect(other.dataset.usage).not.toEqual(first.dataset.usage);
});

test('a cache that cannot be written is a warning', async () => {
  const notAFolder = write('file-in-the-way', 'x');
  const { dataset, cacheWarning } = await loadDataset(write('warned.csv', content), { cacheFolder: notAFolder });
  expect(dataset.count).toBe(2);
  expect(cacheWarning).toMatch(/Cannot write|not a directory|EEXIST/);
});

test('four entries are kept, what a killed writer left long ago goes, and files of others stay', async () => {
  const cacheFolder = newCache();
  await mkdir(cacheFolder);
  const abandoned = `.x.ferdata.${randomUUID()}.tmp`;
  const others = 'x.ferdata.txt';
  for (const name of [abandoned, others]) {
    writeFileSync(join(cacheFolder, name), 'half');
    utimesSync(join(cacheFolder, name), 0, 0);
  }
  for (let i = 0; i < 6; i++) await loadDataset(write(`entry-${i}.csv`, `${header}\n${row(0, i)}`), { cacheFolder });
  const names = readdirSync(cacheFolder);
  expect(names.filter((name) => name.endsWith('.ferdata'))).toHaveLength(4);
  expect(names).toContain(others);
  expect(names).not.toContain(abandoned);
  expect((await loadDataset(join(folder, 'entry-5.csv'), { cacheFolder })).source).toBe('cache');
});

test('a writer killed at any moment leaves a whole entry or none', async () => {
  const module = JSON.stringify(new URL('../../src/data/datasetCache.js', import.meta.url));
  const cacheFolder = newCache();
  const hash = 'ab'.repeat(32);
  const count = 4000; // 9 MB: long enough to be interrupted
  const script = `
    const { writeCache } = await import(${module});
    const dataset = { pixels: new Uint8Array(${count} * 2304).fill(7), labels: new Uint8Array(${count}),
      usage: new Uint8Array(${count}), count: ${count}, hash: '${hash}' };
    console.log('writing');
    for (;;) await writeCache(${JSON.stringify(cacheFolder)}, { dataset, hasUsage: true });`;
  for (const delayMs of [0, 5, 15, 30, 60]) {
    await rm(cacheFolder, { recursive: true, force: true });
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    await once(child.stdout, 'data');
    await setTimeout(delayMs);
    child.kill('SIGKILL');
    await once(child, 'close');
    const names = await readdirIfAny(cacheFolder);
    const cached = await readCache(cacheFolder, hash);
    expect(cached !== undefined).toBe(names.some((name) => name.endsWith('.ferdata')));
    if (cached) expect(cached.dataset.count).toBe(count);
  }
});

test('where the cache is by default', () => {
  expect(defaultCacheFolder({ FER_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(defaultCacheFolder({ XDG_CACHE_HOME: '/b' })).toBe(join('/b', 'fer'));
  expect(defaultCacheFolder({})).toMatch(/\.cache.fer$/);
});

function readdirIfAny(path: string): Promise<string[]> {
  return Promise.resolve()
    .then(() => readdirSync(path))
    .catch(() => []);
}
