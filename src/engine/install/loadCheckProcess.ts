/** Runs in a process of its own: loads an engine that was just unpacked, and answers what it found. A crash ends only this process. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What to load. */
export type LoadQuestion =
  | { readonly kind: 'tensorflow'; readonly library: string; readonly framework: string }
  | { readonly kind: 'webgpu'; readonly folder: string };

export interface LoadAnswer {
  /** As the library itself has it; absent where it does not say. */
  readonly version?: string;
  /** Why it cannot be loaded. */
  readonly failure?: string;
  /** What this process cannot open at all. */
  readonly missing: readonly MissingPart[];
}

/** `koffi` is the npm package that opens TensorFlow, the others are the system's libraries: GPU driver, Vulkan's loader. */
export type MissingPart = 'koffi' | 'libcuda.so.1' | 'libvulkan.so.1';

process.on('message', (question: LoadQuestion) => {
  void answer(question).then((found) => process.send?.(found));
});

async function answer(question: LoadQuestion): Promise<LoadAnswer> {
  const isLinux = process.platform === 'linux';
  try {
    if (question.kind === 'tensorflow') {
      const missing: MissingPart[] = isLinux && !canOpen('libcuda.so.1') ? ['libcuda.so.1'] : [];
      const koffi = await import('koffi').then(
        ({ default: found }) => found,
        () => undefined,
      );
      if (koffi === undefined) return { missing: ['koffi', ...missing] };
      koffi.load(question.framework, { global: true }); // the other one has its symbols from here
      const version: unknown = koffi.load(question.library).func('const char *TF_Version()')();
      return { version: String(version), missing };
    }
    const { resolve } = createRequire(join(question.folder, 'package.json'));
    const { create } = (await import(pathToFileURL(resolve('webgpu')).href)) as {
      create: (options: string[]) => unknown;
    };
    create([]);
    resolve('@tensorflow/tfjs-backend-webgpu');
    return { missing: isLinux && !canOpen('libvulkan.so.1') ? ['libvulkan.so.1'] : [] };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error), missing: [] };
  }
}

/** Asks the system's loader: Node opens the file, and then complains that it is no addon unless it was not found. */
function canOpen(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return !(error instanceof Error && error.message.includes('cannot open shared object file'));
  }
}
