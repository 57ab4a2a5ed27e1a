export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it aborted because the time was over. */
  readonly passed: () => boolean;
  /** Nobody waits for it any more. */
  readonly end: () => void;
}

/**
 * A signal that aborts with `outer`, or after `ms`. By hand: `AbortSignal.any` keeps every one alive as long as
 * `outer`.
 */
export function deadlineWithin(outer: AbortSignal, ms: number): Deadline {
  const inner = new AbortController();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    inner.abort();
  }, ms);
  const abort = (): void => inner.abort(outer.reason);
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  return {
    signal: inner.signal,
    passed: () => over,
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', abort);
    },
  };
}
