/** Makes and bends zip archives for the tests of their reader. */
import { ZipFile } from 'yazl';

/** A zip archive of these members; `compress` deflates them. */
export async function zip(
  members: readonly (readonly [string, Uint8Array | string])[],
  compress = false,
): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of members) archive.addBuffer(Buffer.from(content), name, { compress });
  archive.end();
  const parts: Buffer[] = [];
  for await (const part of archive.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** `bytes` with every `from` replaced by `to`, which is as long. */
export function replaced(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}
