import type { Clock } from '../ports/clock.ts';

const firstPauseMs = 2_000;
const longestPauseMs = 15_000;

/**
 * Tells, each time it is asked, whether the next report of progress is due: two seconds after the last one, then at ever
 * longer intervals, because each is a request to GitHub and says less the longer a release lasts. `since`: when the first
 * interval begins (milliseconds of `Clock.monotonic`); `-Infinity`: the first report is due at once.
 */
export function spacing(clock: Clock, since: number): () => boolean {
  let last = since;
  let pause = firstPauseMs;
  return () => {
    const now = clock.monotonic();
    if (now - last < pause) return false;
    if (last !== Number.NEGATIVE_INFINITY) pause = Math.min(pause * 2, longestPauseMs);
    last = now;
    return true;
  };
}
