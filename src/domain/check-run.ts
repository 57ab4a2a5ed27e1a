import type { CommitId } from './repository.ts';

/**
 * Never skipped: that passes a required check. So does `neutral`, and it is not green: only what leads out of settings
 * that cannot be read, or that the operator denies, ends so, of which nothing could be planned (ADR 11).
 * https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
 */
export type CheckConclusion = 'success' | 'neutral' | 'failure' | 'action_required';

/** The check run to make required: always there, whatever the pull request changes. */
export const aggregateName = 'fairlead/plan';

/** `fairlead/plan (staging)` */
export function environmentRunName(environment: string): string {
  return `${aggregateName} (${environment})`;
}

/** A check run as Fairlead writes it. Texts are already within GitHub's limits (`present` sees to it). */
export interface CheckRun {
  readonly name: string;
  readonly head: CommitId;
  readonly externalId: string;
  /** null: in progress. */
  readonly conclusion: CheckConclusion | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  /** Where the whole of it is; it may end (ADR 25), and then says how to get another. Absent: what stands there stays. */
  readonly detailsUrl?: string;
  /** Any number: they are sent 50 at a time. */
  readonly annotations: readonly Annotation[];
  readonly actions: readonly CheckAction[];
}

export interface Annotation {
  readonly path: string;
  /** From 1. */
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}
