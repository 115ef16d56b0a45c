/** Gives tensors places such that those alive at the same time do not overlap. */

/** Something that takes `bytes` from time `first` to time `last`, both included. */
export interface Tenant {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

const alignment = 64;

/**
 * First fit by size, largest first: returns each tenant's offset and the bytes that all together take.
 * Tenants of one place never overlap in time.
 */
export function place<T extends Tenant>(tenants: readonly T[]): { offsets: Map<T, number>; bytes: number } {
  const offsets = new Map<T, number>();
  let bytes = 0;
  const bySize = [...tenants].sort((a, b) => b.bytes - a.bytes);
  const placed: { tenant: T; start: number; end: number }[] = [];
  for (const tenant of bySize) {
    const size = Math.ceil(tenant.bytes / alignment) * alignment;
    const neighbours = placed
      .filter((other) => other.tenant.first <= tenant.last && tenant.first <= other.tenant.last)
      .sort((a, b) => a.start - b.start);
    let start = 0;
    for (const other of neighbours) {
      if (start + size <= other.start) break;
      start = Math.max(start, other.end);
    }
    placed.push({ tenant, start, end: start + size });
    offsets.set(tenant, start);
    bytes = Math.max(bytes, start + size);
  }
  return { offsets, bytes };
}
