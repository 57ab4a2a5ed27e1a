import { confirms } from '../../domain/confirms.ts';
import type { Plan } from '../../domain/plan.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { Confirmation } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';

export interface ConfirmedPull {
  readonly pull: PullRequest;
  readonly confirmations: readonly Confirmation[];
}

export type GroupConsent =
  | { readonly kind: 'confirmed'; readonly by: string }
  /** A pull request of the group waits for it, or what asks stands in the plan of none that is known. */
  | { readonly kind: 'unconfirmed' }
  /** Each pull request has what it asks for; only what they do together asks for more. */
  | { readonly kind: 'together' };

/**
 * Whether a second person agreed to all that a merge group's plan asks about. Each effect must stand in a plan of its pull
 * requests that nobody need confirm or somebody did; and what asks (of a number over the whole plan: all that it counts)
 * in one that somebody confirmed, for what needs nobody in each alone may be too much in all.
 */
export async function confirmedInGroup(
  plan: Plan,
  pulls: readonly ConfirmedPull[],
  records: Pick<Records, 'plan'>,
): Promise<GroupConsent> {
  const shown = new Set<string>();
  const confirmed = new Set<string>();
  const by = new Set<string>();
  for (const { pull, confirmations } of pulls) {
    const record = await records.plan(pull.repository, pull.number, plan.environment);
    if (record?.outcome.kind !== 'planned' || record.head !== pull.head.commit) continue;
    const theirs = record.outcome.plan;
    const confirmation = confirmations.find((one) => confirms(one, { digest: theirs.digest, author: pull.author }));
    if (theirs.confirmReasons.length > 0 && confirmation === undefined) continue;
    if (confirmation !== undefined) by.add(confirmation.by);
    for (const { effect } of theirs.changes) {
      shown.add(effect);
      if (confirmation !== undefined) confirmed.add(effect);
    }
  }
  const effects = plan.changes.filter(({ effect }) => effect !== '');
  const asking = plan.changes.filter(({ asks }) => asks === true);
  // What asks is not said in a plan of an older version: then nobody is known to have agreed to it.
  if (asking.length === 0 || !effects.every(({ effect }) => shown.has(effect))) return { kind: 'unconfirmed' };
  return asking.every(({ effect }) => confirmed.has(effect))
    ? { kind: 'confirmed', by: [...by].join(', ') }
    : { kind: 'together' };
}
