import type { Role } from './accounts.ts';

export interface Repository {
  readonly id: number;
  readonly ownerId: number;
  readonly name: string;
  readonly private: boolean;
  readonly description: string | null;
  readonly defaultBranch: string;
  /** The repository that this one is a fork of. */
  readonly forkOf: number | null;
  /** By account id. The owner, and an organisation's admins, need no entry. */
  readonly collaborators: ReadonlyMap<number, Role>;
  readonly protectedBranches: ReadonlyMap<string, BranchProtection>;
  /** The bare repository's folder. */
  readonly directory: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
}

/** The body of `PUT …/branches/{branch}/protection`, kept as it was given. */
export type BranchProtection = Readonly<Record<string, unknown>>;

export interface Label {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface PullRequest {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly authorId: number;
  readonly state: 'open' | 'closed';
  readonly draft: boolean;
  /** `sha` is the base branch's tip when the head was last pushed, not now. */
  readonly base: { readonly ref: string; readonly sha: string };
  /** `repositoryId` is null once the fork is gone. */
  readonly head: { readonly repositoryId: number; readonly ref: string; readonly sha: string };
  readonly testMerge: TestMerge;
  /** GitHub tells `mergeable` to the second who asks: the first one gets null. */
  readonly testMergeAsked: boolean;
  readonly labelIds: readonly number[];
  readonly maintainerCanModify: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly merged: { readonly at: string; readonly byId: number; readonly sha: string } | null;
}

/** GitHub's test merge is made in the background, after a push to the head; until then `mergeable` is null. */
export type TestMerge =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'clean'; readonly sha: string }
  | { readonly kind: 'conflict' };

export interface Comment {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly body: string;
  readonly authorId: number;
  readonly appId: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const reactionContents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type ReactionContent = (typeof reactionContents)[number];

export interface Reaction {
  readonly id: number;
  readonly commentId: number;
  readonly accountId: number;
  readonly content: ReactionContent;
  readonly createdAt: string;
}

export interface Review {
  readonly id: number;
  readonly pullRequestId: number;
  readonly authorId: number;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly body: string;
  readonly commitId: string;
  readonly submittedAt: string;
}
