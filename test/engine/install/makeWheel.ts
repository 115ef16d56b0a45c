/** Small wheels that a test makes: real archives with the metadata that pip asks for. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface WheelParts {
  /** Of the package: `nvidia-cudnn-cu12`. */
  readonly name: string;
  readonly version: string;
  /** `py3-none-any` unless given. */
  readonly tag?: string;
  /** Lines of METADATA beside name and version. */
  readonly metadata?: readonly string[];
  /** Contents by name. Those in `bin/` may be executed, `.bc` are stored as they are. */
  readonly files: Readonly<Record<string, string>>;
}

/** Writes the wheel into `folder` and returns its path. */
export async function makeWheel(folder: string, parts: WheelParts): Promise<string> {
  const { name, version, tag = 'py3-none-any', metadata = [], files } = parts;
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const headers = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...metadata];
  const info = {
    [`${stem}.dist-info/METADATA`]: `${headers.join('\n')}\n\nRequires-Dist: of-the-description; extra == "and-cuda"\n`,
    [`${stem}.dist-info/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: ${tag}\n`,
    [`${stem}.dist-info/RECORD`]: '',
  };
  const archive = new ZipFile();
  for (const [member, content] of Object.entries({ ...files, ...info })) {
    const mode = member.includes('/bin/') ? 0o100755 : 0o100644;
    archive.addBuffer(Buffer.from(content), member, { mode, compress: !member.endsWith('.bc') });
  }
  archive.end();
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${stem}-${tag}.whl`);
  await pipeline(archive.outputStream, createWriteStream(path));
  return path;
}
