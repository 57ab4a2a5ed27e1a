/**
 * How many commits of a branch (first parents, newest first) are looked at for what older ones left open: a release that
 * still waits, a verdict, an environment that was removed. So many commits of one push, or lost webhooks, are mended.
 */
export const historyLimit = 20;
