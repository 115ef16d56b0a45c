import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findImages } from '../../src/data/findImages.js';
import { fileWriter, temporaryFolder } from './exampleRows.js';

const folder = temporaryFolder();
const write = fileWriter(folder);
for (const sub of ['faces', 'faces/more', 'faces/.hidden', 'texts']) mkdirSync(join(folder, sub));
for (const name of [
  'faces/b.png',
  'faces/a.JPG',
  'faces/notes.txt',
  'faces/more/c.webp',
  'faces/.hidden/d.png',
  'texts/x.txt',
]) {
  write(name, '');
}
const at = (name: string): string => join(folder, name);
const found = async (...paths: string[]): Promise<string[]> => (await findImages(paths)).map(({ path }) => path);

test('a file stands for itself, whatever its name', async () => {
  expect(await found(at('faces/notes.txt'))).toEqual([at('faces/notes.txt')]);
});

test('a folder stands for its images at any depth, sorted, without hidden ones', async () => {
  expect(await found(at('faces'))).toEqual([at('faces/a.JPG'), at('faces/b.png'), at('faces/more/c.webp')]);
});

test('patterns', async () => {
  expect(await found(at('faces/*.png'))).toEqual([at('faces/b.png')]);
  expect(await found(at('faces/?.*'))).toEqual([at('faces/a.JPG'), at('faces/b.png')]);
  expect(await found(at('*/more/*.webp'))).toEqual([at('faces/more/c.webp')]);
  expect(await found(at('**/*.webp'))).toEqual([at('faces/more/c.webp')]);
  expect(await found(at('faces/**/*.png'))).toEqual([at('faces/b.png')]);
});

test('the order of the arguments is kept and nothing comes twice', async () => {
  expect(await found(at('faces/b.png'), at('faces'))).toEqual([
    at('faces/b.png'),
    at('faces/a.JPG'),
    at('faces/more/c.webp'),
  ]);
});

test('a path without images is an entry of its own, and the others are still found', async () => {
  const images = await findImages([at('texts'), at('faces/b.png'), at('*.gif'), at('nowhere/*.png')]);
  expect(images.map(({ path }) => path)).toEqual([at('texts'), at('faces/b.png'), at('*.gif'), at('nowhere/*.png')]);
  expect(images.map(({ error }) => error?.code)).toEqual([
    'IMAGE_INVALID',
    undefined,
    'IMAGE_INVALID',
    'IMAGE_INVALID',
  ]);
  expect(images[0]!.error?.message).toContain(`${at('texts')}: expected a folder with images`);
  expect(images[2]!.error?.message).toContain('got no match');
});

test('a missing file is left to its reader', async () => {
  expect(await findImages([at('missing.png')])).toEqual([{ path: at('missing.png') }]);
});
