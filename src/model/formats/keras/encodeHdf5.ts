/** Makes HDF5 files in memory. */
import { randomUUID } from 'node:crypto';
import type { File, Group } from 'h5wasm';

/** The bytes of an HDF5 file that `write` fills. They hold the time of writing: equal content does not give equal bytes. */
export async function encodeHdf5(write: (file: File) => void): Promise<Uint8Array> {
  const { File: Hdf5File, ready } = await import('h5wasm'); // 0.2 s to start, which only those who write such a file should pay
  const { FS } = await ready;
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

/** A text attribute of variable length, because HDF5 holds no more than 64 KiB in an attribute itself. */
export function writeText(group: Group, attribute: string, text: string): void {
  group.create_attribute(attribute, text, [], 'S');
}
