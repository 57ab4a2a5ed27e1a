import type { CommitId } from './repository.ts';

/** What became of the wish that an environment be at the tip of its branch. */
export type WishOutcome =
  | { readonly kind: 'converging'; readonly commit: CommitId }
  /** Asked for; it begins when what it waits for is there. */
  | { readonly kind: 'waiting'; readonly commit: CommitId; readonly reason: string }
  /** Not asked for: the operator's file, or what Git holds there, does not let it be released. */
  | { readonly kind: 'refused'; readonly commit: CommitId; readonly reason: string }
  | { readonly kind: 'no-branch' };
