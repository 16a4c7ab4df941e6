/** The entries of the first list that the second has not. */
export function lacking(some: readonly string[], of: readonly string[]): string[] {
  const known = new Set(of);
  return some.filter((entry) => !known.has(entry));
}

/** Does to `theirs` what led from `before` to `mine`. */
export function carryOver(before: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const kept = lacking(theirs, lacking(before, mine));
  return [...kept, ...lacking(lacking(mine, before), kept)];
}
