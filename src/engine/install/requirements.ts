/** What a Python package requires for one of its extras, read from the METADATA of its wheel. */
import type { PlatformFacts } from './tensorflowPackage.js';

export interface Requirement {
  /** As the package is called: `nvidia-cudnn-cu12`. */
  readonly name: string;
  /** Name and versions, as pip takes them: `nvidia-cudnn-cu12<10.0,>=9.3.0.75`. */
  readonly specifier: string;
}

/** `Requires-Dist: name (versions) ; marker`; the parentheses are of older tools. */
const requirementLine = /^Requires-Dist:\s*([\w.-]+)\s*(?:\(([^)]*)\)|([^;]*))\s*(?:;\s*(.*))?$/i;

/**
 * The packages that `metadata` requires for `extra` alone on this platform, in its order. Clauses of a marker that are about neither the
 * extra nor the platform count as true: one library too many does less harm than one too few.
 *
 * Reference: PEP 508 (dependency specification), core metadata specifications.
 */
export function extraRequirements(
  metadata: string,
  extra: string,
  facts: Pick<PlatformFacts, 'platform' | 'arch'>,
): Requirement[] {
  const [headers = ''] = metadata.replace(/\r/g, '').split('\n\n'); // a description follows
  return headers.split('\n').flatMap((line) => {
    const [, name, inParentheses, plain, marker = ''] = requirementLine.exec(line) ?? [];
    if (name === undefined || !markerHolds(marker, extra, facts)) return [];
    return [{ name, specifier: name + (inParentheses ?? plain ?? '').replace(/\s/g, '') }];
  });
}

function markerHolds(
  marker: string,
  extra: string,
  { platform, arch }: Pick<PlatformFacts, 'platform' | 'arch'>,
): boolean {
  const values: Readonly<Record<string, string>> = {
    sys_platform: platform,
    platform_system: platform === 'linux' ? 'Linux' : 'Darwin',
    platform_machine: arch === 'x64' ? 'x86_64' : platform === 'linux' ? 'aarch64' : 'arm64',
  };
  let ofExtra = false;
  for (const clause of marker.replace(/[()]/g, '').split(/\s+and\s+/)) {
    const [, variable = '', operator, value] = /^\s*(\w+)\s*(==|!=)\s*["']([^"']*)["']\s*$/.exec(clause) ?? [];
    if (variable === 'extra') ofExtra = value === extra;
    const actual = values[variable];
    if (actual !== undefined && (actual === value) !== (operator === '==')) return false;
  }
  return ofExtra;
}
