/** The shared libraries of TensorFlow, by the names that its packages give them. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface TensorflowLibraries {
  /** Has the C API (`TF_*`): `libtensorflow_cc.so.2` of the Python wheels, `libtensorflow.so.2` of the C library. */
  readonly library: string;
  /** What it is linked against: `libtensorflow_framework.so.2`. */
  readonly framework: string;
}

/** File names in a Python wheel for this platform, library and framework. */
export const wheelLibraries: TensorflowLibraries = librariesNamed('tensorflow_cc');

/** File names that a folder may have, the wheel's before the C library's. */
const nameChoices = [wheelLibraries, librariesNamed('tensorflow')];

function librariesNamed(name: string): TensorflowLibraries {
  const file = (stem: string): string => (process.platform === 'darwin' ? `lib${stem}.2.dylib` : `lib${stem}.so.2`);
  return { library: file(name), framework: file('tensorflow_framework') };
}

/** The paths of both libraries in `folder`; undefined unless both are there. */
export function librariesIn(folder: string): TensorflowLibraries | undefined {
  for (const { library, framework } of nameChoices) {
    const paths = { library: join(folder, library), framework: join(folder, framework) };
    if (isFile(paths.library) && isFile(paths.framework)) return paths;
  }
  return undefined;
}

/**
 * The folders with NVIDIA's libraries that belong to the TensorFlow in `folder`, as pip places them: `../nvidia/cudnn/lib` and its like.
 * TensorFlow's GPU wheel has them in its own search path (`$ORIGIN/../nvidia/<name>/lib`).
 */
export function nvidiaFolders(folder: string): string[] {
  const root = join(folder, '..', 'nvidia');
  return entriesOf(root)
    .map((name) => join(root, name, 'lib'))
    .filter((path) => entriesOf(path).length > 0);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
