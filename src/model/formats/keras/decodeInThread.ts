/** Decodes a Keras file in a thread of its own, which is ended when it takes too long. */
import { open, stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { FerError } from '../../../errors.js';
import type { StoredModel } from '../storedModel.js';
import type { DecodingMessage, DecodingTask } from './decodingThread.js';

/** What a file must begin with, and how to say so. */
export interface FileSignature {
  readonly bytes: readonly number[];
  /** `an HDF5 file`. */
  readonly name: string;
}

/** A ResNet-18 with its optimizer's state has 135 MB. */
const largestFile = 160e6;

/**
 * The model in the file at `path`, decoded as `format`. Throws MODEL_NOT_FOUND when there is no file; MODEL_INVALID when it does not
 * begin with `signature`, is too large, or does not come to an end; otherwise what the decoder throws.
 */
export async function decodeInThread(
  path: string,
  format: DecodingTask['format'],
  signature: FileSignature,
): Promise<StoredModel> {
  const bytes = await readSigned(path, signature);
  const size = bytes.length;
  const workerData: DecodingTask = { bytes, format, source: path };
  const worker = new Worker(new URL('./decodingThread.js', import.meta.url), {
    workerData,
    transferList: [bytes.buffer],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 128 },
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume(); // the HDF5 library tells of every error on the console; unread, that would keep the thread alive
  worker.stderr.resume();
  try {
    return await answerOf(worker, { source: path, patience: patienceMs(size) });
  } finally {
    await worker.terminate();
  }
}

/**
 * How much processor time decoding may take: some six times what real files do, of which one of a few KB takes 60 ms and ResNet-18 with
 * 45 MB 300 ms.
 */
function patienceMs(size: number): number {
  return 400 + size / 20e3;
}

function answerOf(worker: Worker, task: { source: string; patience: number }): Promise<StoredModel> {
  const { source, patience } = task;
  let stopWaiting = (): void => undefined;
  return new Promise<StoredModel>((resolve, reject) => {
    const refuse = (problem: string, cause?: unknown): void => {
      const expected = 'expected a model that Keras wrote, but';
      const advice = 'It is damaged: copy the file again, or save the model once more.';
      reject(new FerError('MODEL_INVALID', `${source}: ${expected} ${problem}. ${advice}`, { cause }));
    };
    worker.on('message', (message: DecodingMessage) => {
      if (message.kind === 'decoded') resolve(message.model);
      else if (message.kind === 'refused') reject(new FerError(message.code, message.message));
      else stopWaiting = afterWork(patience, () => refuse('reading it does not come to an end'));
    });
    worker.on('error', (cause: Error) => refuse(`reading it failed with "${cause.message}"`, cause));
    worker.on('exit', () => refuse('reading it ended early'));
  }).finally(() => stopWaiting());
}

/**
 * Calls `giveUp` when this process has worked for `workMs` more on its processors, whatever else the machine is busy with, or has slept
 * ten times as long. Returns what cancels it.
 */
function afterWork(workMs: number, giveUp: () => void): () => void {
  const workBefore = process.cpuUsage();
  const startedAt = performance.now();
  const check = (): void => {
    const { user, system } = process.cpuUsage(workBefore);
    const remaining = workMs - (user + system) / 1000;
    if (remaining > 0 && performance.now() - startedAt < 10 * workMs) timer = setTimeout(check, remaining);
    // An answer may be waiting where this thread was busy itself: it is heard before the next immediate.
    else immediate = setImmediate(giveUp);
  };
  let immediate: NodeJS.Immediate | undefined;
  let timer = setTimeout(check, workMs);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

/** The file's bytes in memory of their own. Nothing but a file is opened: a pipe would wait for its other end. */
async function readSigned(path: string, signature: FileSignature): Promise<Uint8Array<ArrayBuffer>> {
  const status = await stat(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  const expected = `${path}: expected ${signature.name}`;
  const advice = 'Give a model that Keras saved.';
  if (!status.isFile()) throw new FerError('MODEL_INVALID', `${expected}, got something that is no file. ${advice}`);
  if (status.size > largestFile) {
    const came = `got ${Math.round(status.size / 1e6)} MB`;
    throw new FerError('MODEL_INVALID', `${expected} of ${largestFile / 1e6} MB at most, ${came}. ${advice}`);
  }
  const bytes = new Uint8Array(status.size);
  const file = await open(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  try {
    await file.read(bytes, 0, bytes.length, 0);
  } finally {
    await file.close();
  }
  if (signature.bytes.every((byte, index) => bytes[index] === byte)) return bytes;
  const came = bytes.length === 0 ? 'got an empty file' : 'got one that begins otherwise';
  throw new FerError('MODEL_INVALID', `${expected}, ${came}. ${advice}`);
}

function unreadable(path: string, cause: unknown): FerError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new FerError('MODEL_NOT_FOUND', `${path}: no such file. Check the path.`, { cause });
  return new FerError('MODEL_INVALID', `${path}: cannot be read (${message}). Check its permissions.`, { cause });
}
