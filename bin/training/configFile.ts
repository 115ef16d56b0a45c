/** The YAML (or JSON) file of `--config`. */
import { readFile } from 'node:fs/promises';
import { FerError } from '../../src/errors.js';

/**
 * The file's keys and values; which keys exist is the config's own check. An empty file has none.
 * Throws CONFIG_INVALID for a file that is missing, is no YAML or holds anything but `key: value` pairs.
 */
export async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    content = parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new FerError('CONFIG_INVALID', `Cannot read the config file ${path}: ${reasonOf(cause)}`, { cause });
  }
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new FerError('CONFIG_INVALID', `${path}: expected lines like "epochs: 50"; got ${JSON.stringify(content)}.`);
  }
  return content as Record<string, unknown>;
}

/** A sentence. The YAML reader says in its first line what is wrong and where; the lines behind it draw the place. */
function reasonOf(cause: unknown): string {
  const [first = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return `${first.replace(/[:.]?\s*$/, '')}.`;
}
