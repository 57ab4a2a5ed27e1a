import type { Confirmation } from './release.ts';

/** Fewer digits of a digest name no plan: those of another could begin with them. */
const fewestDigits = 12;

/**
 * Whether a confirmation is of the plan of this digest, and by somebody else than who opened its pull request (null:
 * nobody did). One rule for the check that shows it and the release that waits for it. Who wrote a commit of it is asked
 * before a confirmation is taken.
 */
export function confirms(
  { digest, by }: Confirmation,
  plan: { readonly digest: string; readonly author: string | null },
): boolean {
  return namesPlan(digest, plan.digest) && (plan.author === null || !isSamePerson(by, plan.author));
}

/** Whether these digits are a plan's digest, or enough of its first ones. */
export function namesPlan(digits: string, digest: string): boolean {
  return digits.length >= fewestDigits && digest.startsWith(digits.toLowerCase());
}

/** Two logins. GitHub takes two spellings that differ in case alone for the same person. */
export function isSamePerson(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
