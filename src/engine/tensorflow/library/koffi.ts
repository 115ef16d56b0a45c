/** The npm package koffi, which calls C functions; it is optional, because engines that need it are. */
import { constants } from 'node:os';
import type * as KoffiModule from 'koffi';
import type { LibraryHandle } from 'koffi';

export type Koffi = typeof KoffiModule;

/** Undefined where it is not installed. */
export async function importKoffi(): Promise<Koffi | undefined> {
  return await import('koffi').catch(() => undefined);
}

/**
 * Opens a library until the process ends: koffi unloads its own handle when it ends, under threads that the library may have started.
 * `global` lends its symbols to libraries that are opened later. Gives why it cannot be opened, or undefined.
 */
export function openForGood(koffi: Koffi, path: string, options: { global?: boolean } = {}): string | undefined {
  const system = koffi.load(null);
  const open = system.func('void *dlopen(const char *, int)');
  const explain = system.func('const char *dlerror()');
  const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
  const noUnloading = process.platform === 'darwin' ? 0x80 : 0x1000; // RTLD_NODELETE
  const flags = RTLD_NOW | noUnloading | (options.global ? RTLD_GLOBAL : 0);
  return open(path, flags) ? undefined : String(explain());
}

/** Opens a library for good, to call its functions; undefined where it cannot be opened. */
export function openFunctions(koffi: Koffi, path: string): LibraryHandle | undefined {
  return openForGood(koffi, path) === undefined ? koffi.load(path) : undefined;
}
