/**
 * Does one thing after the other. What fails keeps none of the others waiting; the first failure is thrown when all were
 * tried. An abort ends it at once.
 */
export async function oneByOne(work: readonly (() => Promise<void>)[], signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  for (const one of work) {
    signal.throwIfAborted();
    try {
      await one();
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
