import type { Clock } from '../ports.ts';

/** What is said along the way is said at most this often: each word is a request to GitHub. */
const spaceMs = 2_000;

/** `say`, but not more often than makes sense. What is passed over is overtaken by the next word, or by the verdict. */
export function spaced<T>(say: (word: T) => Promise<void>, clock: Clock, last = Number.NEGATIVE_INFINITY): typeof say {
  let said = last;
  return async (word) => {
    if (clock.monotonic() - said < spaceMs) return;
    said = clock.monotonic();
    await say(word);
  };
}
