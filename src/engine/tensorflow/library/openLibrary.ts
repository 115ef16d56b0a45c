/** Loads TensorFlow into this process, once. */
import { FerError } from '../../../errors.js';
import { declareFunctions, type Address, type TensorflowFunctions } from './functions.js';
import { openForGood, type Koffi } from './koffi.js';
import { missingBytes } from './elfFile.js';
import { isLogWanted, withoutLog } from './log.js';
import { tensorFloatSwitch } from './tensorFloat.js';

/** Paths of the two shared libraries. */
export interface LibraryFiles {
  /** With the C API: libtensorflow_cc.so.2 or libtensorflow.so.2. */
  readonly library: string;
  /** libtensorflow_framework.so.2. */
  readonly framework: string;
}

export interface TensorflowLibrary {
  readonly files: LibraryFiles;
  readonly functions: TensorflowFunctions;
  /** C's memcpy: copies `bytes` bytes. */
  readonly copy: (to: Address | NodeJS.TypedArray, from: Address | NodeJS.TypedArray, bytes: number) => void;
  /** Whether products may be made in TensorFloat-32: of the whole process, from the next run on. */
  readonly allowTensorFloat: (allowed: boolean) => void;
}

let opened: { readonly files: LibraryFiles; readonly library: Promise<TensorflowLibrary> } | undefined;

/** The files that are loaded; undefined when none are. There is no way to unload them. */
export function loadedFiles(): LibraryFiles | undefined {
  return opened?.files;
}

/**
 * Loads the library, or gives the one that is loaded. Throws FerError ENGINE_UNAVAILABLE when it cannot be loaded, or when another one is:
 * two copies of TensorFlow in one process break each other.
 */
export async function openLibrary(koffi: Koffi, files: LibraryFiles): Promise<TensorflowLibrary> {
  if (opened !== undefined && opened.files.library !== files.library) {
    const [first, second] = [opened.files.library, files.library];
    const message = `One TensorFlow in a process was expected, but ${first} is loaded and ${second} was asked for.`;
    throw new FerError('ENGINE_UNAVAILABLE', `${message} Run fer once for each.`);
  }
  opened ??= { files, library: load(koffi, files) };
  try {
    return await opened.library;
  } catch (error) {
    opened = undefined;
    throw error;
  }
}

async function load(koffi: Koffi, files: LibraryFiles): Promise<TensorflowLibrary> {
  for (const file of [files.framework, files.library]) {
    if (missingBytes(file) > 0) throw unloadable(`${file} ends too early: it was not copied to its end`);
  }
  prepareEnvironment(koffi);
  if (isLogWanted()) loadForGood(koffi, files);
  else await withoutLog(koffi, files.framework, () => loadForGood(koffi, files));
  const functions = functionsOf(koffi, files.library);
  const copy = koffi.load(null).func('void *memcpy(void *, const void *, size_t)');
  const allowTensorFloat = tensorFloatSwitch(koffi, files.framework) ?? (() => undefined);
  return { files, functions, copy: (to, from, bytes) => void copy(to, from, bytes), allowTensorFloat };
}

/** TensorFlow reads these when it is loaded; what the user has set stays. In a worker process.env would be a copy. */
function prepareEnvironment(koffi: Koffi): void {
  const setenv = koffi.load(null).func('int setenv(const char *, const char *, int)');
  const prepare = (name: string, value: string): void => void setenv(name, value, 0);
  prepare('TF_CPP_MIN_LOG_LEVEL', isLogWanted() ? '0' : '3');
  // Take a GPU's memory as it is needed: others may use the GPU too.
  prepare('TF_FORCE_GPU_ALLOW_GROWTH', 'true');
  // Each session has threads of its own, so that it has as many as it asks for.
  prepare('TF_OVERRIDE_GLOBAL_THREADPOOL', '1');
}

function loadForGood(koffi: Koffi, { library, framework }: LibraryFiles): void {
  const problem = openForGood(koffi, framework, { global: true }) ?? openForGood(koffi, library);
  if (problem !== undefined) throw unloadable(problem);
}

function functionsOf(koffi: Koffi, library: string): TensorflowFunctions {
  try {
    return declareFunctions(koffi.load(library));
  } catch (error) {
    throw unloadable(
      `${library} is another library (${error instanceof Error ? error.message : String(error)})`,
      error,
    );
  }
}

function unloadable(reason: string, cause?: unknown): FerError {
  return new FerError('ENGINE_UNAVAILABLE', `TensorFlow cannot be loaded: ${reason}.`, { cause });
}
