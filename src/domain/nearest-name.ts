/** The known name that is at most two (or `edits`) edits away, for "Did you mean …?"; null: none is. */
export function nearestName(asked: string, known: readonly string[], edits = 2): string | null {
  const [nearest] = known
    .filter((name) => Math.abs(name.length - asked.length) <= edits)
    .map((name) => ({ name, distance: editDistance(asked, name) }))
    .filter(({ distance }) => distance <= edits)
    .toSorted((left, right) => left.distance - right.distance);
  return nearest?.name ?? null;
}

// Levenshtein's: insertions, deletions and substitutions; one row at a time.
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
