import type { CheckConclusion } from '../domain/check-run.ts';
import type { Environment } from '../domain/environment.ts';
import type { Inspection, PlanRecord } from '../domain/inspection.ts';
import type { Identity } from '../domain/manifest.ts';
import type { KeptBackChange, Plan } from '../domain/plan.ts';
import type { Confirmation } from '../domain/release.ts';
import type { Problem } from '../domain/rendering.ts';
import type { CommitId } from '../domain/repository.ts';
import { makesAllowed } from '../domain/settings-change.ts';

/** What is known of one environment, and so what its check run and its row say. */
export type PreviewState =
  | { readonly kind: 'unaffected' }
  /** The pull request takes it out of the settings. */
  | { readonly kind: 'removed' }
  /** `again`: there was a plan of the same head and base, and it is being made anew. */
  | { readonly kind: 'planning'; readonly again: boolean }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly at: string }
  /** At least one object cannot be applied, or its prediction is not known. */
  | { readonly kind: 'blocked'; readonly plan: Plan; readonly blocked: readonly KeptBackChange[] }
  /** Waits for `/confirm` by a second person. */
  | { readonly kind: 'unconfirmed'; readonly plan: Plan }
  | { readonly kind: 'ready'; readonly plan: Plan; readonly confirmedBy: string | null };

export interface EnvironmentPreview {
  readonly environment: Environment;
  /** Of the environments that it comes after, the one that diverged; null: none did. */
  readonly heldUp: HeldUp | null;
  /** The pull request that was merged before and waits for its release, which goes with this one's; null: none is known. */
  readonly carries: number | null;
  /** What other open pull requests change as well. */
  readonly alsoChanged: readonly AlsoChanged[];
  /** The address of the page with the whole plan; null: there is no plan, or the operator has no pages (FAIRLEAD_URL). */
  readonly page: string | null;
  /** As `docLink` takes it. */
  readonly docs: string | null;
  readonly state: PreviewState;
}

/** An object that other open pull requests change, too, by their numbers. */
export interface AlsoChanged {
  readonly identity: Identity;
  readonly by: readonly number[];
}

/** The numbers of all that are named so, sorted. */
export function sharedWith(alsoChanged: PreviewInput['alsoChanged']): readonly number[] {
  const numbers = [...alsoChanged.values()].flat().flatMap(({ by }) => by);
  return [...new Set(numbers)].toSorted((left, right) => left - right);
}

/** An environment whose latest release diverged, and at which commit. */
export interface HeldUp {
  readonly by: string;
  readonly commit: CommitId;
}

export interface PullRequestPreview {
  readonly conclusion: CheckConclusion | null;
  /** One line of plain text: the verdict and its reason. */
  readonly title: string;
  /** As `docLink` takes it. */
  readonly docs: string | null;
  /** In the settings' order. */
  readonly environments: readonly EnvironmentPreview[];
}

export interface PreviewInput {
  readonly inspection: Inspection;
  /** By the environment's name; null, or of another head or base: still being predicted. */
  readonly plans: ReadonlyMap<string, PlanRecord | null>;
  /** By the name of an environment that comes after one which diverged. */
  readonly heldUp: ReadonlyMap<string, HeldUp>;
  /** Where the pages show Fairlead's own documents; null: nowhere. */
  readonly docs: string | null;
  /** By the environment's name: the merged pull request whose release waits there. */
  readonly carries: ReadonlyMap<string, number>;
  /** By the environment's name. */
  readonly alsoChanged: ReadonlyMap<string, readonly AlsoChanged[]>;
  /** By the name of an environment with a plan: the address of its page. Empty where the operator has no pages. */
  readonly pages: ReadonlyMap<string, string>;
  /** Who opened the pull request, by login: no second person. */
  readonly author: string;
  /** Given by second persons, for digests that had been published. */
  readonly confirmations: readonly Confirmation[];
}

/** null: in progress. */
export function environmentConclusion({ kind }: PreviewState): Exclude<CheckConclusion, 'neutral'> | null {
  switch (kind) {
    case 'planning':
      return null;
    case 'refused':
    case 'denied':
    case 'failed':
    case 'blocked':
      return 'failure';
    case 'unconfirmed':
      return 'action_required';
    case 'unaffected':
    case 'removed':
    case 'ready':
      return 'success';
  }
}

/** For sorting: what needs a person comes first, what is not affected last. */
export function needOf(state: PreviewState): number {
  if (state.kind === 'unaffected') return 4;
  return ['failure', 'action_required', null, 'success'].indexOf(environmentConclusion(state));
}

/** Whether there is a plan to show, whatever is concluded from it. */
export function isPlanned(state: PreviewState): state is Extract<PreviewState, { readonly plan: Plan }> {
  return state.kind === 'blocked' || state.kind === 'unconfirmed' || state.kind === 'ready';
}

/** The environments as they stand once it is merged: what is denied today and not any more then keeps nothing back. */
export function standingAfter(
  environments: readonly EnvironmentPreview[],
  inspection: Inspection,
): readonly EnvironmentPreview[] {
  const unplanned = allowedAfter(environments, inspection);
  return environments.filter((one) => !unplanned.includes(one));
}

/** The environments that are denied today and allowed once it is merged: nothing of them could be planned. */
export function allowedAfter(
  environments: readonly EnvironmentPreview[],
  { settingsChanges }: Inspection,
): readonly EnvironmentPreview[] {
  return environments.filter(
    ({ environment, state }) => state.kind === 'denied' && makesAllowed(settingsChanges, environment.name),
  );
}
