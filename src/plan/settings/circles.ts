/**
 * Of nodes and what each points to, those that stand in a circle, or between two. Takes away whoever points to nobody
 * that is left, then whom nobody that is left points to: each once, however long the chains are.
 */
export function circles(edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const pointing = withoutEnds(edges);
  const reversed = new Map<string, string[]>([...pointing].map((node) => [node, []]));
  for (const node of pointing) for (const next of edges.get(node) ?? []) reversed.get(next)?.push(node);
  return withoutEnds(reversed);
}

function withoutEnds(edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const left = new Set(edges.keys());
  const counts = new Map<string, number>();
  const pointers = new Map<string, string[]>([...left].map((node) => [node, []]));
  for (const [node, nexts] of edges) {
    const inside = nexts.filter((next) => left.has(next));
    counts.set(node, inside.length);
    for (const next of inside) pointers.get(next)?.push(node);
  }
  const ends = [...left].filter((node) => counts.get(node) === 0);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    left.delete(end);
    for (const pointer of pointers.get(end) ?? []) {
      const count = (counts.get(pointer) ?? 0) - 1;
      counts.set(pointer, count);
      if (count === 0) ends.push(pointer);
    }
  }
  return left;
}
