import { setTimeout } from 'node:timers/promises';

/**
 * Asks again every 25 ms until the answer is truthy and gives it back; a question that throws counts as not yet.
 *
 * Rejects after `ms` (default 60 s: a machine may be busy) with the last answer or error.
 */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  ms = 60_000,
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + ms;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer as Exclude<T, false | null | undefined | 0 | ''>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms, at last: ${String(last)}`, { cause: last });
    await setTimeout(25);
  }
}
