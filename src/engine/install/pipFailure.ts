/** What kept pip from downloading, from what it printed. */

export interface PipFailure {
  /** `no wheel`: the index answered and has none for this Python and platform. */
  readonly kind: 'no wheel' | 'no such version' | 'network' | 'other';
  /** The line of pip's that says most. */
  readonly line: string;
  /** What the user can do, a sentence. */
  readonly remedy: string;
}

const remedies: Readonly<Record<PipFailure['kind'], string>> = {
  'no wheel': 'Ask for another version with --release, or update pip, which must be 20.3 or later.',
  'no such version': 'Ask for one of these with --release.',
  network: 'Check the network; behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL.',
  other: 'To see all that it says, run: python3 -m pip download --no-deps --only-binary=:all: tensorflow',
};

/** Reads `stderr` of a `pip download` that failed. */
export function pipFailure(stderr: string): PipFailure {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  const missing = lines.findLast((line) => /Could not find a version|No matching distribution/.test(line));
  const versions = /\(from versions: (.*)\)/.exec(stderr)?.[1] ?? 'none';
  const kind = kindOf(stderr, { isMissing: missing !== undefined, versions });
  const told = lines.findLast((line) => line.includes('(from versions:')) ?? missing;
  const line = told ?? lines.findLast((text) => text.startsWith('ERROR')) ?? lines.at(-1) ?? 'it printed nothing.';
  return { kind, line: line.replace(/^ERROR: /, '').trim(), remedy: remedies[kind] };
}

/** pip calls a version missing as well when it could not ask for it. */
function kindOf(stderr: string, { isMissing, versions }: { isMissing: boolean; versions: string }): PipFailure['kind'] {
  const isOffline =
    /NewConnectionError|NameResolutionError|Timeout|ProxyError|ConnectionResetError|SSLError|CERTIFICATE_/;
  if (isMissing && versions !== 'none') return 'no such version';
  if (isOffline.test(stderr)) return 'network';
  return isMissing ? 'no wheel' : 'other';
}
