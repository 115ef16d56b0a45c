/** What V8 can do for the engine when it is asked: flags of this process, for code compiled from then on. */
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import type { JoinedCode } from './host.js';
import { hasRelaxedSimd } from './simd.js';

/**
 * Versions of V8 whose joined vectors were compared with plain ones, to the bit, on all test networks of this package: those of Node
 * 22, 24 and 26. V8 calls the pass experimental, so that no other version is asked for it.
 */
const comparedVersions = [
  { version: '12.4', joinsFused: false }, // knows no relaxed multiplication and addition of 256 bits
  { version: '13.6', joinsFused: true },
  { version: '14.6', joinsFused: true },
];

/** True for the versions of V8, such as 13.6.233.17-node.48, that join the vectors of this code to the bit and to its advantage. */
export function joinsCode(v8: string, { fused }: JoinedCode): boolean {
  const compared = comparedVersions.find(({ version }) => v8.startsWith(`${version}.`));
  return compared !== undefined && (compared.joinsFused || !fused);
}

/** Whether this V8 on this processor would join the vectors of this code, if it were asked. */
export async function canJoinVectors(code: JoinedCode): Promise<boolean> {
  return joinsCode(v8Version(), code) && (await hasWideVectors());
}

/** Asks V8 to join neighbouring 128-bit vectors to 256 bits (its revectorisation pass). False where it would not. */
export async function joinVectors(code: JoinedCode): Promise<boolean> {
  return (await canJoinVectors(code)) && setFlag('--experimental-wasm-revectorize');
}

/** Empty in hosts that are like Node but have another engine. */
function v8Version(): string {
  const versions: NodeJS.Dict<string> = process.versions;
  return versions['v8'] ?? '';
}

/** False in hosts that have Node's modules but not this one's flags. */
function setFlag(flag: string): boolean {
  try {
    setFlagsFromString(flag);
    return true;
  } catch {
    return false;
  }
}

/** Whether this is an x64 processor with AVX2. Elsewhere than on Linux AVX2 is taken for granted: V8 looks again, and makes plain code without. */
export async function hasWideVectors(): Promise<boolean> {
  if (process.arch !== 'x64') return false;
  if (process.platform !== 'linux') return true;
  const description = await readFile('/proc/cpuinfo', 'utf8').catch(() => 'avx2');
  return /\bavx2\b/.test(description);
}

/** Versions that know relaxed SIMD and keep it behind a flag: Node 20. */
const flaggedVersions = ['11.3'];

/** Whether this V8 has relaxed SIMD, be it behind a flag. */
export function knowsRelaxedSimd(): boolean {
  return hasRelaxedSimd() || flaggedVersions.some((version) => v8Version().startsWith(`${version}.`));
}

/** Asks V8 for relaxed SIMD where it has it behind a flag. False where there is none. */
export function allowRelaxedSimd(): boolean {
  if (hasRelaxedSimd()) return true;
  return knowsRelaxedSimd() && setFlag('--experimental-wasm-relaxed-simd') && hasRelaxedSimd();
}
