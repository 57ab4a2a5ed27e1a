/** What a Prometheus histogram has seen so far, all labels together. */
export type Observed = { readonly count: number; readonly sum: number };

/** Of the text format, version 0.0.4. A histogram that is not there has seen nothing. */
export function readHistogram(metrics: string, name: string): Observed {
  const total = (suffix: string): number =>
    metrics
      .split('\n')
      .filter((line) => line.startsWith(`${name}_${suffix}{`) || line.startsWith(`${name}_${suffix} `))
      .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)))
      .reduce((sum, value) => sum + value, 0);
  return { count: total('count'), sum: total('sum') };
}

/** The mean of what was observed in between; null: nothing was. */
export function between(before: Observed, after: Observed): number | null {
  const count = after.count - before.count;
  return count === 0 ? null : (after.sum - before.sum) / count;
}
