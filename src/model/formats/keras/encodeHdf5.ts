/** Makes HDF5 files in memory. */
import { randomUUID } from 'node:crypto';
import type { File, Group } from 'h5wasm';

/** The bytes of an HDF5 file that `write` fills. They hold the time of writing: equal content does not give equal bytes. */
export async function encodeHdf5(write: (file: File) => void): Promise<Uint8Array> {
  const { File: Hdf5File, FS } = await loadHdf5();
  const name = `${randomUUID()}.h5`; // in the WebAssembly module's own memory, not on disk
  const file = new Hdf5File(name, 'w');
  try {
    try {
      write(file);
    } finally {
      file.close();
    }
    return FS.readFile(name);
  } finally {
    FS.unlink(name);
  }
}

/** Begins what only the first such file of a process has to wait for, most of it in other threads; writing reports what fails. */
export function startHdf5(): void {
  void loadHdf5().catch(() => undefined);
}

/** A quarter of a second of computing, once, which only those who write such a file should pay. */
async function loadHdf5() {
  const { File, ready } = await import('h5wasm');
  return { File, FS: (await ready).FS };
}

/** A text attribute of variable length, because HDF5 holds no more than 64 KiB in an attribute itself. */
export function writeText(group: Group, attribute: string, text: string): void {
  group.create_attribute(attribute, text, [], 'S');
}
