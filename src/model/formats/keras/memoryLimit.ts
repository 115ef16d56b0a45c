/** Bounds how far WebAssembly may grow its memory in this thread. */

interface Memory {
  readonly buffer: ArrayBuffer;
  grow: (this: Memory, pages: number) => number;
}

/** What is used here of the global of this name, which Node's types leave out. */
interface WebAssemblyGlobal {
  readonly Memory: { readonly prototype: Memory };
}

const pageBytes = 65536;

/**
 * Makes every WebAssembly memory of this thread refuse to grow beyond `bytes`: an allocation that needs more then fails inside its
 * module, as it does where there is no more memory. It cannot be undone, so it is for threads that end.
 */
export function limitWebAssemblyMemory(bytes: number): void {
  const { prototype } = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * pageBytes > bytes) throw new RangeError(`More than ${bytes} bytes of memory.`);
    return grow.call(this, pages);
  };
}
