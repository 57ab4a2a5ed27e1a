/** A moment as it is stored and shown: ISO 8601, UTC, with milliseconds. `epochMs`: of `Clock.now()`. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
