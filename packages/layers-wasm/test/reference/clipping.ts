/** Clipping by the global norm (Pascanu et al. 2013, algorithm 1). */

/** The gradients scaled down to a Euclidean norm of `clipNorm` over all of them; as they are when it is undefined or not exceeded. */
export function clipped(
  gradients: ReadonlyMap<string, Float64Array>,
  clipNorm: number | undefined,
): ReadonlyMap<string, Float64Array> {
  if (clipNorm === undefined) return gradients;
  let squares = 0;
  for (const values of gradients.values()) values.forEach((g) => (squares += g * g));
  const norm = Math.sqrt(squares);
  if (norm <= clipNorm) return gradients;
  return new Map([...gradients].map(([name, values]) => [name, values.map((g) => (g * clipNorm) / norm)]));
}
