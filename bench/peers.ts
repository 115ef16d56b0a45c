/** PyTorch and Keras, where a Python that has them is found. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './contestants.js';

/** The interpreter that is asked: PYTHON of the environment, or the one on the path. */
const python = process.env['PYTHON'] ?? (process.platform === 'win32' ? 'python' : 'python3');

/** Prints the versions of what is installed, without loading any of it. */
const askVersions = `
import importlib.metadata as metadata, json
versions = {}
for name in ("torch", "keras", "tensorflow", "tensorflow-cpu", "numpy"):
    try: versions[name] = metadata.version(name)
    except metadata.PackageNotFoundError: pass
print(json.dumps(versions))`;

/** Looks for both; remarks tell the versions, and how to get what is missing. */
export function findPeers(): { readonly found: readonly Contestant[]; readonly remarks: readonly string[] } {
  const { status, stdout, error } = spawnSync(python, ['-c', askVersions], { encoding: 'utf8' });
  if (status !== 0) {
    const why = error ? 'cannot be started' : 'is no Python 3.8 or later';
    return {
      found: [],
      remarks: [`PyTorch and Keras are left out: ${python} ${why}. Set PYTHON to one that has them.`],
    };
  }
  const { torch, keras, numpy, ...others } = JSON.parse(stdout) as Record<string, string | undefined>;
  const tensorflow = others['tensorflow'] ?? others['tensorflow-cpu'];
  const hasTorch = torch !== undefined && numpy !== undefined;
  const hasKeras = keras !== undefined && tensorflow !== undefined && numpy !== undefined;
  return {
    found: [...(hasTorch ? [pytorch] : []), ...(hasKeras ? [kerasOnTensorFlow] : [])],
    remarks: [
      hasTorch ? `PyTorch ${torch}, eager, channels_last` : missing('PyTorch', 'torch numpy'),
      hasKeras
        ? `Keras ${keras} on TensorFlow ${tensorflow}, graph mode`
        : missing('Keras', 'keras tensorflow-cpu numpy'),
    ],
  };
}

function missing(name: string, packages: string): string {
  return `${name} is left out: run "${python} -m pip install ${packages}", or set PYTHON to a Python that has it.`;
}

/** A server among the sources, from dist/bench. */
const serverPath = (file: string): string => fileURLToPath(new URL(`../../bench/peers/${file}`, import.meta.url));

const pytorch: Contestant = {
  name: 'PyTorch',
  command: ({ arch, threads, batchSize }) => {
    return [python, serverPath('step_server_torch.py'), `${threads}`, `${batchSize}`, '--arch', arch];
  },
};

/** Has mini-Xception only. */
const kerasOnTensorFlow: Contestant = {
  name: 'Keras',
  command: ({ arch, threads, batchSize }) => {
    if (arch !== 'mini-xception') return undefined;
    return [python, serverPath('step_server_keras.py'), `${threads}`, `${batchSize}`];
  },
};
