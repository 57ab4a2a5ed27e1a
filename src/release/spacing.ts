import type { Clock } from '../ports.ts';

const firstPauseMs = 2_000;
const longestPauseMs = 15_000;

/**
 * Tells when the next word along the way is due: each is a request to GitHub, and the longer something lasts the less
 * each one says. What is passed over is overtaken by the next word, or by the verdict. `since`: nothing before this.
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
