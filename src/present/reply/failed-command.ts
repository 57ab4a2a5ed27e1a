/** The answer to a comment whose commands could not be carried out. */
export function presentFailedCommand(): string {
  return 'Fairlead failed while doing this, and trying again did not help. The reason is in the log, for whoever operates it. What was asked for may be half done: ask again.';
}
