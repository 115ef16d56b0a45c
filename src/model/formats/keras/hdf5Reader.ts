/** Reads HDF5 files without trust: what a file declares is held against its own size before anything is allocated for it. */
import { randomUUID } from 'node:crypto';
import type { ready } from 'h5wasm';
import { FerError } from '../../../errors.js';
import { isWholeNumber } from '../../json.js';
import { decodeFloat16 } from '../layers/float16.js';

type Hdf5Module = Awaited<typeof ready>;
type Metadata = ReturnType<Hdf5Module['get_dataset_metadata']>;

/** Of a dataset whose size its file does not bound, in bytes: three times the largest of ResNet-18. */
const largestChunkedBytes = 2 ** 25;
/** What deflate can make of a byte at best, rounded up. */
const largestExpansion = 1100;

/** A floating-point dataset whose values are not read yet. */
export interface StoredArray {
  readonly shape: readonly number[];
  /** All values, row-major, rounded to float32. Throws MODEL_INVALID when they cannot be decoded. */
  read(): Float32Array;
}

/** An open file. Paths begin with `/`; all methods throw MODEL_INVALID for what is not as it should be. */
export interface Hdf5Reader {
  /** Whether there is a group at `path`. */
  hasGroup(path: string): boolean;
  /** Names in the group at `path`, in the order of the file's index; none when there is no such group. */
  names(path: string): readonly string[];
  /** The one text of an attribute; undefined when there is no such attribute. */
  text(path: string, attribute: string): string | undefined;
  /** The texts of an attribute, joined from `attribute0`, `attribute1`, ... when it is split; undefined when there is none. */
  texts(path: string, attribute: string): readonly string[] | undefined;
  /** The dataset at `path`, float16, float32 or float64. */
  array(path: string): StoredArray;
}

/**
 * Runs `use` on the HDF5 file `bytes`, which it takes over. The file lives in the memory of the WebAssembly module: nothing that
 * it names, such as external links, can reach the disk. A damaged file may make the HDF5 library loop or trap: run this only in a
 * thread that can be ended. Throws MODEL_INVALID, naming `source`, for whatever the library cannot read.
 */
export async function withHdf5<Result>(
  bytes: Uint8Array,
  source: string,
  use: (file: Hdf5Reader) => Result,
): Promise<Result> {
  const { ready } = await import('h5wasm'); // 0.2 s to start, which only those who open such a file should pay
  const hdf5 = await ready;
  const name = `${randomUUID()}.h5`;
  hdf5.FS.writeFile(name, bytes, { canOwn: true } as object); // the bytes themselves, no copy; the types leave the option out
  try {
    const file = hdf5.open(name, hdf5.H5F_ACC_RDONLY, false, -1, -1); // -1: files of any version of the library
    if (file < 0n) throw new Error('the library does not open it');
    try {
      return use(new WebAssemblyReader(hdf5, { file, fileBytes: bytes.length, source }));
    } finally {
      hdf5.close_file(file);
    }
  } catch (cause) {
    if (cause instanceof FerError) throw cause;
    throw invalid(source, `it cannot be read (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  } finally {
    hdf5.FS.unlink(name);
  }
}

interface OpenFile {
  readonly file: bigint;
  readonly fileBytes: number;
  readonly source: string;
}

class WebAssemblyReader implements Hdf5Reader {
  constructor(
    private readonly hdf5: Hdf5Module,
    private readonly open: OpenFile,
  ) {}

  hasGroup(path: string): boolean {
    return path === '/' || this.hdf5.get_type(this.open.file, path) === this.hdf5.H5G_GROUP;
  }

  names(path: string): readonly string[] {
    return this.hasGroup(path) ? this.hdf5.get_names(this.open.file, path, false) : [];
  }

  text(path: string, attribute: string): string | undefined {
    if (!this.attributes(path).includes(attribute)) return undefined;
    const texts = this.readTexts(path, attribute);
    if (texts.length === 1) return texts[0];
    throw invalid(this.open.source, `its attribute ${path}@${attribute} holds ${texts.length} texts instead of one`);
  }

  texts(path: string, attribute: string): readonly string[] | undefined {
    const present = this.attributes(path);
    if (present.includes(attribute)) return this.readTexts(path, attribute);
    const parts: string[] = [];
    while (present.includes(`${attribute}${parts.length}`)) parts.push(`${attribute}${parts.length}`);
    return parts.length === 0 ? undefined : parts.flatMap((part) => this.readTexts(path, part));
  }

  array(path: string): StoredArray {
    const { file, source } = this.open;
    if (this.hdf5.get_type(file, path) !== this.hdf5.H5G_DATASET) throw invalid(source, `it has no dataset ${path}`);
    const metadata = this.opening(`dataset ${path}`, () => this.hdf5.get_dataset_metadata(file, path));
    const { type, size, shape, virtual_sources: elsewhere } = metadata;
    if (type !== this.hdf5.H5T_class_t.H5T_FLOAT.value || ![2, 4, 8].includes(size)) {
      throw invalid(source, `dataset ${path} does not hold float16, float32 or float64 values`);
    }
    if (!shape?.every((length) => isWholeNumber(length, 0)) || elsewhere !== undefined) {
      throw invalid(source, `dataset ${path} has no values of its own`);
    }
    this.requireRoom(path, metadata, metadata.chunks !== null);
    return { shape, read: () => this.readValues(path, metadata) };
  }

  private attributes(path: string): readonly string[] {
    return this.hdf5.get_attribute_names(this.open.file, path);
  }

  private readTexts(path: string, attribute: string): string[] {
    const { file, source } = this.open;
    const what = `its attribute ${path}@${attribute}`;
    const metadata = this.opening(what, () => this.hdf5.get_attribute_metadata(file, path, attribute));
    if (metadata.total_size === 0) return []; // Keras writes an empty list as float64 of shape [0]
    if (metadata.type !== this.hdf5.H5T_class_t.H5T_STRING.value) {
      throw invalid(source, `${what} is not a text`);
    }
    this.requireRoom(what, metadata);
    return this.withMemory(metadata.size * metadata.total_size, (pointer, bytes) => {
      const status = this.hdf5.get_attribute_data(file, path, attribute, BigInt(pointer));
      if (status < 0) throw invalid(source, `${what} cannot be decoded`);
      if (!metadata.vlen) return splitTexts(bytes(), metadata.size);
      const texts = Array.from(new Uint32Array(bytes().buffer), (text) => this.hdf5.UTF8ToString(text));
      this.hdf5.reclaim_vlen_memory(file, path, attribute, BigInt(pointer));
      return texts;
    });
  }

  private readValues(path: string, { size, total_size: count }: Metadata): Float32Array {
    if (count === 0) return new Float32Array(0);
    return this.withMemory(size * count, (pointer, bytes) => {
      const status = this.hdf5.get_dataset_data(this.open.file, path, null, null, null, BigInt(pointer));
      if (status < 0) throw invalid(this.open.source, `the values of dataset ${path} cannot be decoded`);
      const { buffer } = bytes();
      if (size === 4) return new Float32Array(buffer);
      return size === 8
        ? Float32Array.from(new Float64Array(buffer))
        : Float32Array.from(new Uint16Array(buffer), decodeFloat16);
    });
  }

  /** The library says of everything that it cannot open that its name is not defined. */
  private opening<Result>(what: string, open: () => Result): Result {
    try {
      return open();
    } catch (cause) {
      throw invalid(this.open.source, `${what} cannot be opened`, cause);
    }
  }

  /** Chunks may be compressed, or not stored at all where they are zero; everything else is in the file as it is. */
  private requireRoom(what: string, { size, total_size: count }: Metadata, isChunked = false): void {
    const { fileBytes, source } = this.open;
    const room = isChunked ? Math.min(largestChunkedBytes, largestExpansion * fileBytes) : fileBytes;
    if (size * count <= room) return;
    throw invalid(source, `${what} is said to hold ${size * count} bytes, more than a file of ${fileBytes} can`);
  }

  /** Runs `use` with memory of the module; `bytes` copies it out. */
  private withMemory<Result>(
    size: number,
    use: (pointer: number, bytes: () => Uint8Array<ArrayBuffer>) => Result,
  ): Result {
    const pointer = this.hdf5._malloc(size);
    if (pointer === 0) throw invalid(this.open.source, `${size} bytes of values are more than memory allows`);
    try {
      return use(pointer, () => this.hdf5.HEAPU8.slice(pointer, pointer + size));
    } finally {
      this.hdf5._free(pointer);
    }
  }
}

/** Texts of `size` bytes each, ended by a zero byte where they are shorter; Keras' are UTF-8 whatever the file calls them. */
function splitTexts(bytes: Uint8Array, size: number): string[] {
  const decoder = new TextDecoder();
  return Array.from({ length: bytes.length / size }, (_, index) => {
    const text = bytes.subarray(index * size, (index + 1) * size);
    const end = text.indexOf(0);
    return decoder.decode(end < 0 ? text : text.subarray(0, end));
  });
}

function invalid(source: string, problem: string, cause?: unknown): FerError {
  return new FerError(
    'MODEL_INVALID',
    `${source}: expected an HDF5 file that Keras wrote, but ${problem}. Copy the file again, or save the model once more.`,
    { cause },
  );
}
