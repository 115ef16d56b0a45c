/** Downloads one wheel with pip, without what it depends on. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { watchSize } from './diskSpace.js';
import { installError, type InstallListener } from './installation.js';
import { pipFailure, type PipFailure } from './pipFailure.js';
import { runProgram } from './program.js';
import type { Python } from './python.js';

export interface DownloadOptions {
  readonly python: Python;
  /** Absent, or empty: pip's temporary files and the wheel come into it. */
  readonly folder: string;
  /** `pip download --platform` for wheels of Pythons that are not here; absent = only wheels for the Python that is. */
  readonly platformTags?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly onEvent?: InstallListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Pythons for which TensorFlow has wheels, newest first. Their shared libraries are the same. */
const otherPythons = ['3.13', '3.12', '3.11', '3.10'];

/** The path of the wheel for `specifier`, such as `tensorflow-cpu==2.21.0`. Throws ENGINE_INSTALL_FAILED with what pip said. */
export async function downloadWheel(specifier: string, options: DownloadOptions): Promise<string> {
  const { python, platformTags } = options;
  const first = await tryDownload(specifier, [], options);
  if (typeof first === 'string') return first;
  const others =
    platformTags && first.kind === 'no wheel' ? otherPythons.filter((name) => name !== python.version) : [];
  for (const version of others) {
    const platforms = platformTags!.flatMap((tag) => ['--platform', tag]);
    const abi = `cp${version.replace('.', '')}`;
    const tags = ['--implementation', 'cp', '--python-version', version, '--abi', abi, ...platforms];
    const outcome = await tryDownload(specifier, tags, options);
    if (typeof outcome === 'string') return outcome;
  }
  throw installError(`pip could not download ${specifier}: ${first.line.replace(/\.$/, '')}.`, first.remedy);
}

async function tryDownload(
  specifier: string,
  tags: readonly string[],
  { python, folder, environment, onEvent, signal }: DownloadOptions,
): Promise<string | PipFailure> {
  const temporary = join(folder, 'temporary');
  await mkdir(temporary, { recursive: true });
  const words = ['download', '--no-deps', '--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
  const place = ['--progress-bar', 'off', '--dest', folder];
  // The system's folder for temporary files may be too small for a wheel, or in memory.
  const own = { ...environment, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: '0' };
  const stopWatching = watchSize(folder, (bytes) => onEvent?.({ type: 'download', what: specifier, bytes }));
  try {
    const outcome = await runProgram(python.pip, [...words, ...tags, ...place, specifier], {
      environment: own,
      signal,
    });
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (outcome?.status === 0 && wheel !== undefined) return join(folder, wheel);
    return pipFailure(outcome?.stderr ?? '');
  } finally {
    stopWatching();
  }
}
