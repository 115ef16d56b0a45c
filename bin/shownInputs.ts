/** Where `fer predict --show-input` writes: no picture that is read is lost, and what cannot be written is told before the work. */
import { realpath } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { FerError } from '../src/errors.js';
import { followLinks, requireWritable } from '../src/files.js';

/** One path per picture: `file` itself for a single one; for several `seen.png` -> `seen-1.png`, `seen-2.png`, ... */
export function shownInputPaths(file: string, count: number): string[] {
  if (count === 1) return [file];
  const { dir, name, ext } = parse(file);
  return Array.from({ length: count }, (_, index) => join(dir, `${name}-${index + 1}${ext}`));
}

/** Throws WRITE_FAILED when one of `targets` is one of `pictures`, by whatever path, or when their folder cannot be written. */
export async function requireFreeShownInputs(targets: readonly string[], pictures: readonly string[]): Promise<void> {
  const read = new Set(await Promise.all(pictures.map((path) => realpath(path).catch(() => path)))); // a missing one is told later
  for (const target of targets) {
    if (!read.has(await followLinks(target).catch(() => target))) continue;
    throw new FerError(
      'WRITE_FAILED',
      `${target}: --show-input would replace a picture that is read. Choose another name.`,
    );
  }
  if (targets[0] !== undefined) await requireWritable(targets[0]);
}
