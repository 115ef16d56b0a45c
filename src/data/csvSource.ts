/** The bytes of a data file on disk, plain or gzip, hashed as they pass. */
import { createHash, type Hash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { pipeline, type Duplex } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FerError } from '../errors.js';

/** A block to hash: two are used in turn. */
const blockBytes = 1 << 20;

/** Of a stream every chunk is another piece of memory. Small ones leave less behind when they are collected, and the heap of C does not shrink again. */
const chunkBytes = 1 << 16;

const whereToGetIt =
  'Get fer2013.csv from Kaggle (data/README.md says where) or draw a stand-in with `fer data synth`.';

/** First bytes of files that are often taken for the CSV, and what to do about them. */
const otherFormats: readonly { readonly magic: string; readonly advice: string }[] = [
  { magic: '504b0304', advice: 'a ZIP archive: unpack it and pass the CSV in it' },
  { magic: 'fffe', advice: 'UTF-16 text: save it as UTF-8' },
  { magic: 'feff', advice: 'UTF-16 text: save it as UTF-8' },
];

/** Opens a data file for reading. Throws DATA_NOT_FOUND when it is missing, unreadable, or not a file, such as a pipe. */
export async function openSource(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // Before it is opened: that would wait for who writes into the pipe.
    if ((await stat(path)).isFIFO()) {
      const advice = 'Save what comes out of it to a file first, plain or gzip, and name that';
      throw new FerError(
        'DATA_NOT_FOUND',
        `Expected a CSV file at ${path}: it is a pipe, which can be read only once. ${advice}.`,
      );
    }
    file = await open(path);
  } catch (cause) {
    if (cause instanceof FerError) throw cause;
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : (cause as Error).message;
    throw new FerError('DATA_NOT_FOUND', `Expected a CSV file at ${path}: ${reason}. ${whereToGetIt}`, { cause });
  }
  if (!(await file.stat()).isFile()) {
    await file.close();
    throw new FerError('DATA_NOT_FOUND', `Expected a CSV file at ${path}: it is not a file. ${whereToGetIt}`);
  }
  return file;
}

/** SHA-256 of a file's bytes, in hex. The next block is read while one is hashed. */
export async function hashFile(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const blocks: [Buffer, Buffer] = [Buffer.allocUnsafeSlow(blockBytes), Buffer.allocUnsafeSlow(blockBytes)];
  let position = 0;
  let reading = file.read(blocks[0], 0, blockBytes, position);
  for (;;) {
    const { bytesRead, buffer } = await reading;
    if (bytesRead === 0) return hash.digest('hex');
    position += bytesRead;
    reading = file.read(buffer === blocks[0] ? blocks[1] : blocks[0], 0, blockBytes, position);
    hash.update(buffer.subarray(0, bytesRead));
  }
}

/**
 * The text of an open file, unpacked when it is gzip. Every byte of the file goes into `hash` on its way.
 * Throws DATA_INVALID for other formats at once; a damaged gzip stream ends the iteration with DATA_INVALID.
 */
export async function* readText(file: FileHandle, path: string, hash: Hash): AsyncGenerator<Buffer> {
  const first = Buffer.alloc(4);
  const { bytesRead } = await file.read(first, 0, 4, 0);
  const magic = first.toString('hex', 0, bytesRead);
  const other = otherFormats.find((format) => magic.startsWith(format.magic));
  if (other) throw new FerError('DATA_INVALID', `${path}: expected a CSV file, got ${other.advice}.`);
  const bytes = hashed(file, hash);
  if (!magic.startsWith('1f8b')) {
    yield* bytes;
    return;
  }
  try {
    yield* through<Buffer>(bytes, createGunzip({ chunkSize: chunkBytes }));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw cause;
    const advice = 'The file is truncated or damaged: download or copy it again.';
    throw new FerError('DATA_INVALID', `${path}: expected a whole gzip file, got "${message}". ${advice}`, { cause });
  }
}

/** What `stream` makes of `chunks`; an error on either side ends the iteration, and ending it early closes both. */
export function through<T>(chunks: Iterable<Buffer> | AsyncIterable<Buffer>, stream: Duplex): AsyncIterable<T> {
  return pipeline(chunks, stream, () => {
    // The iteration over `stream` throws the same error.
  });
}

async function* hashed(file: FileHandle, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of file.createReadStream({ start: 0, highWaterMark: chunkBytes, autoClose: false })) {
    hash.update(chunk as Buffer);
    yield chunk as Buffer;
  }
}
