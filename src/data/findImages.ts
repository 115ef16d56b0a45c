/** From the paths that a person types - files, folders, patterns - to image files. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { FerError } from '../errors.js';

/** Files of a folder that count as images, by the end of their name; a file that is named itself needs none of these. */
const imageExtensions: readonly string[] = ['.avif', '.gif', '.jpeg', '.jpg', '.png', '.tif', '.tiff', '.webp'];

/** A file to read, or why a path led to none. */
export interface FoundImage {
  /** The file, or the path as it was given when `error` is set. */
  readonly path: string;
  readonly error?: FerError;
}

/**
 * Resolves paths in the given order: a file stands for itself; a folder for the images in it and in its subfolders, sorted by
 * path, hidden ones left out; a pattern with `*`, `?` or `**` for the files that match, sorted. A folder or pattern without images is an
 * entry with an IMAGE_INVALID error, so that the others still get their answers; a file that is missing is told by whoever reads it. A
 * file that was found before is not repeated.
 */
export async function findImages(paths: readonly string[]): Promise<FoundImage[]> {
  const found = new Map<string, FoundImage>();
  for (const path of paths) {
    const images = await resolvePath(path).catch((error: unknown): FoundImage[] => [
      { path, error: asImageError(path, error) },
    ]);
    for (const image of images) if (!found.has(image.path)) found.set(image.path, image);
  }
  return [...found.values()];
}

async function resolvePath(path: string): Promise<FoundImage[]> {
  const kind = await stat(path).catch(() => undefined);
  if (kind?.isDirectory()) {
    const images = (await listFiles(path)).filter((file) => imageExtensions.includes(extname(file).toLowerCase()));
    if (images.length === 0)
      throw noImages(`${path}: expected a folder with images (${imageExtensions.join(' ')}), got none.`);
    return images.map((image) => ({ path: image }));
  }
  if (kind || !/[*?]/.test(path)) return [{ path }]; // A missing file is told by whoever reads it.
  const matches = await expandPattern(path);
  if (matches.length === 0) throw noImages(`${path}: expected a pattern that matches files, got no match.`);
  return matches.map((match) => ({ path: match }));
}

/** Files of a folder and of `depth` levels of folders in it, sorted; hidden files and folders are left out. */
async function listFiles(folder: string, depth = Infinity): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) files.push(path);
    else if (depth > 0) for (const file of await listFiles(path, depth - 1)) files.push(file);
  }
  return files;
}

/** The files that a pattern matches, at any depth when it has `**`. */
async function expandPattern(pattern: string): Promise<string[]> {
  const normal = pattern.replaceAll('\\', '/');
  const fixed = /^(?:[^*?]*\/)?/.exec(normal)![0]; // The folders before the first wildcard.
  const variable = normal.slice(fixed.length);
  const expression = variable
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*|\?/g, (wildcard) => ({ '**/': '(?:.*/)?', '*': '[^/]*' })[wildcard] ?? '[^/]');
  const matcher = new RegExp(`^${expression}$`);
  const depth = variable.includes('**') ? Infinity : variable.split('/').length - 1;
  const files = await listFiles(fixed === '' ? '.' : fixed, depth);
  const prefix = fixed === '' ? '' : join(fixed, '/');
  return files.filter((file) => matcher.test(file.slice(prefix.length).replaceAll('\\', '/')));
}

function noImages(message: string): FerError {
  return new FerError('IMAGE_INVALID', `${message} Check the path.`);
}

function asImageError(path: string, error: unknown): FerError {
  if (error instanceof FerError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FerError('IMAGE_INVALID', `${path}: cannot be searched for images: ${reason}.`, { cause: error });
}
