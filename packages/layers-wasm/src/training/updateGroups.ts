/** Weights by what their updates have in common: a factor of the learning rate, and when they began to train. */

export interface UpdateGroup {
  /** Of the learning rate. */
  readonly factor: number;
  /** Updates made before these weights began to train. */
  readonly before: number;
  /** Places in the list of weights, ascending. */
  readonly members: readonly number[];
}

/** Groups `weights`, names that may repeat: by weight a rate factor (1 where absent) and the updates before it began (0 where absent). */
export function groupUpdates(
  weights: readonly string[],
  { factors, startedAt }: { factors: ReadonlyMap<string, number>; startedAt: ReadonlyMap<string, number> },
): readonly UpdateGroup[] {
  const groups = new Map<string, UpdateGroup & { readonly members: number[] }>();
  weights.forEach((weight, index) => {
    const factor = factors.get(weight) ?? 1;
    const before = startedAt.get(weight) ?? 0;
    const key = `${factor} ${before}`;
    const group = groups.get(key) ?? { factor, before, members: [] };
    groups.set(key, group);
    group.members.push(index);
  });
  return [...groups.values()];
}
