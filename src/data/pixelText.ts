/**
 * Takes the pixel lists out of a CSV stream before it is parsed. A CSV parser looks at each byte many times, and nearly all bytes
 * of a FER-2013 file are digits and spaces, which mean nothing in CSV. So each long run of them becomes bytes in a `PixelStore`
 * and a short reference in the stream: csv-parse (quotes, line ends, columns) sees 1 MB instead of 271.
 */

/** Starts a reference, `#12;`. A `#` of the file itself is valid nowhere in a row and is passed on as `?`. */
const referenceMark = 0x23;
const questionMark = 0x3f;
const space = 0x20;
const digitZero = 0x30;

/** A number this large is out of range whatever follows, and is not read on. */
const largestNumber = 1e6;

/** Shorter runs stay in the stream as they are: labels, and pixel lists too short to be right. */
const shortRun = 24;

/** A run of numbers that was taken out of the stream. */
export interface PixelRun {
  /** Where its first value lies in the store. */
  readonly start: number;
  /** Numbers in the text; at most `limit` of the store were kept. */
  readonly count: number;
  /** The first number above 255, with its position from 1. */
  readonly outOfRange: { readonly position: number; readonly value: number } | undefined;
}

/** The values of all runs, one byte each, in stream order, in shared memory: see `readCache`. */
export class PixelStore {
  bytes: Uint8Array;
  private used = 0;
  private readonly runs = new Map<number, PixelRun>();
  private nextId = 0;

  /** `limit` is the number of values that one run may store. */
  constructor(readonly limit: number) {
    this.bytes = new Uint8Array(new SharedArrayBuffer(limit * 4096));
  }

  /** Makes room for one more run and returns where it starts. */
  begin(): number {
    if (this.used + this.limit > this.bytes.length) {
      const grown = new Uint8Array(new SharedArrayBuffer(this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.used));
      this.bytes = grown;
    }
    return this.used;
  }

  /** Keeps the run written at `begin()` and returns its id. */
  keep(run: PixelRun): number {
    this.used = run.start + Math.min(run.count, this.limit);
    this.runs.set(this.nextId, run);
    return this.nextId++;
  }

  /** The run that `field` refers to if it is one reference and nothing else; it is handed out once, so that runs do not pile up. */
  take(field: string): PixelRun | undefined {
    const match = /^#(\d+);$/.exec(field);
    if (!match) return undefined;
    const id = Number(match[1]);
    const run = this.runs.get(id);
    this.runs.delete(id);
    return run;
  }

  /** `field` for a message, its references replaced by how many numbers they stand for. */
  describe(field: string): string {
    return field.replace(/#(\d+);/g, (_, id: string) => `[${this.runs.get(Number(id))?.count ?? 0} numbers]`);
  }
}

/** Copies `chunks` of CSV text, long runs of digits and spaces replaced by references to `store`. */
export async function* extractPixels(chunks: AsyncIterable<Buffer>, store: PixelStore): AsyncGenerator<Buffer> {
  const head = Buffer.alloc(shortRun);
  let runLength = 0; // bytes of the current run; 0 = outside
  let start = 0;
  let count = 0;
  let value = -1; // the number being read; -1 = none
  let outOfRange: PixelRun['outOfRange'];

  const endNumber = (): void => {
    if (count < store.limit) store.bytes[start + count] = value;
    count++;
    if (value > 255 && !outOfRange) outOfRange = { position: count, value };
    value = -1;
  };
  const endRun = (output: Buffer, at: number): number => {
    if (value >= 0) endNumber();
    const isShort = runLength <= shortRun;
    const written = isShort
      ? head.copy(output, at, 0, runLength)
      : output.write(`#${store.keep({ start, count, outOfRange })};`, at, 'latin1');
    runLength = 0;
    count = 0;
    outOfRange = undefined;
    return at + written;
  };

  // One buffer for all chunks, and a copy of the little that is left of each: else a megabyte a chunk waits to be collected.
  let output = Buffer.alloc(shortRun);
  for await (const chunk of chunks) {
    if (output.length < chunk.length + shortRun) output = Buffer.allocUnsafe(chunk.length + shortRun);
    let end = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      const digit = byte - digitZero;
      const isDigit = digit >= 0 && digit <= 9;
      if (isDigit || byte === space) {
        if (runLength === 0) start = store.begin();
        if (runLength < shortRun) head[runLength] = byte;
        runLength++;
        if (isDigit) value = value < 0 ? digit : value < largestNumber ? value * 10 + digit : value;
        else if (value >= 0) endNumber();
      } else {
        if (runLength > 0) end = endRun(output, end);
        output[end++] = byte === referenceMark ? questionMark : byte;
      }
    }
    yield Buffer.from(output.subarray(0, end));
  }
  if (runLength > 0) yield output.subarray(0, endRun(output, 0));
}
