import { diffArrays } from 'diff';

/** One line of a diff, or one item of a list. */
export interface Edit<T> {
  readonly sign: '+' | '-' | ' ';
  readonly value: T;
}

/** What became of a list, as few removals and additions as there can be; null: it would take too long to find out. */
export function edits<T>(
  before: readonly T[],
  after: readonly T[],
  same: (left: T, right: T) => boolean = Object.is,
): readonly Edit<T>[] | null {
  // A pathological pair of 5,000 lines would take seconds.
  const limits = { timeout: 500, maxEditLength: 4_000 };
  const chunks = diffArrays([...before], [...after], { ...limits, comparator: same });
  return (
    chunks?.flatMap(({ added, removed, value }) =>
      value.map((one): Edit<T> => ({ sign: added ? '+' : removed ? '-' : ' ', value: one })),
    ) ?? null
  );
}

/** What went and what came between two things that stayed. */
export interface Run<T> {
  readonly gone: readonly T[];
  readonly come: readonly T[];
}

/** What went and came, run by run; a run is empty where two things that stayed are neighbours. */
export function runsOf<T>(steps: readonly Edit<T>[]): readonly Run<T>[] {
  const runs: { readonly gone: T[]; readonly come: T[] }[] = [{ gone: [], come: [] }];
  for (const { sign, value } of steps) {
    if (sign === ' ') runs.push({ gone: [], come: [] });
    else runs.at(-1)?.[sign === '-' ? 'gone' : 'come'].push(value);
  }
  return runs;
}

/**
 * The changed lines of a text (a program's configuration, most often) and, above each, the lines that say where it is:
 * those of lesser indentation. null: too large.
 */
export function textDiff(before: readonly string[], after: readonly string[]): readonly Edit<string>[] | null {
  const lines = edits(before, after);
  if (lines === null) return null;
  const shown = new Set<number>();
  lines.forEach(({ sign, value }, index) => {
    if (sign === ' ') return;
    shown.add(index);
    let depth = indentation(value);
    for (let above = index - 1; above >= 0 && depth > 0; above--) {
      const line = lines[above];
      if (line === undefined || line.value.trim() === '' || indentation(line.value) >= depth) continue;
      if (line.sign !== ' ') continue;
      // What is above a line that is shown has been shown for it.
      if (shown.has(above)) break;
      depth = indentation(line.value);
      shown.add(above);
    }
  });
  return lines.filter((_line, index) => shown.has(index));
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
