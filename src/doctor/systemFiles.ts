/** Files in which Linux tells of itself; elsewhere, and in parts of it, they are not there. */
import { readFile } from 'node:fs/promises';

/** The text of the file; undefined when it cannot be read. */
export async function readSystemFile(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
