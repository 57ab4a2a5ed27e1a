import type { Confirmation } from './release.ts';
import type { CommitId } from './repository.ts';

/**
 * Hidden markers in Fairlead's own comments. They are how decisions of people outlive Redis: the forge is read again,
 * and only comments written by this very App are believed.
 */
export const planCommentMarker = '<!-- fairlead -->';

/** The reply to one command comment: asked twice, answered once. */
export function replyMarker(comment: number): string {
  return `${replyLead}${comment} -->`;
}

const replyLead = '<!-- fairlead:reply ';

/** Whether a comment of ours replies to a command. */
export function isReply(body: string): boolean {
  return body.startsWith(replyLead);
}

/** Parts a reply: what stands above was decided once, what follows is told anew by each run. */
export const toldMarker = '<!-- fairlead:told -->';

/** The reply to somebody who pressed *Confirm* beside the plan of this digest. */
export function pressMarker({ digest, by }: Confirmation): string {
  return `<!-- fairlead:pressed ${digest} ${by} -->`;
}

/** Somebody with write permission asked to plan this head of a fork. */
export function forkMarker(head: CommitId): string {
  return `<!-- fairlead:plan-fork ${head} -->`;
}

/** A second person confirmed the plan of this digest. */
export function confirmationMarker(confirmation: Confirmation): string {
  return `<!-- fairlead:confirmed ${confirmation.digest} ${confirmation.by} -->`;
}

/** The other open pull requests that the comment names: where it stops or begins to, they are shown again. */
export function sharesMarker(numbers: readonly number[]): string {
  return `<!-- fairlead:shares ${numbers.join(' ')} -->`;
}

const shares = /\n*<!-- fairlead:shares ([0-9 ]+) -->/;

/** The numbers that the comment names, and the comment as it is without saying so. */
export function readShares(body: string): { readonly numbers: ReadonlySet<number>; readonly without: string } {
  const found = shares.exec(body)?.[1] ?? '';
  return {
    numbers: new Set(found.split(' ').flatMap((one) => (one === '' ? [] : [Number(one)]))),
    without: body.replace(shares, ''),
  };
}

/** All confirmations that Fairlead acknowledged in these bodies of its own comments. */
export function readConfirmations(bodies: readonly string[]): readonly Confirmation[] {
  // An underscore parts a managed account's name from its enterprise (docs.github.com, Enterprise Managed Users).
  const pattern = /<!-- fairlead:confirmed ([0-9a-f]{12,64}) ([A-Za-z0-9_-]+(?:\[bot\])?) -->/g;
  return bodies.flatMap((body) =>
    [...body.matchAll(pattern)].map((match) => ({ digest: match[1] ?? '', by: match[2] ?? '' })),
  );
}
