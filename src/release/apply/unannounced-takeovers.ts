import type { Ledger } from '../../domain/ledger.ts';
import { type Identity, type IdentityKey, identityKey } from '../../domain/manifest.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Wanted } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';
import { isAgreed } from './agreed-effects.ts';
import { attemptUnderWay } from './attempt-under-way.ts';

export interface UnannouncedTakeover {
  readonly identity: Identity;
  /**
   * No plan named it; none that is known, of several that there may have been; or one did, and it would lose fields now that
   * it did not lose there.
   */
  readonly why: 'unannounced' | 'unknown' | 'loses-more';
}

/**
 * What a release would take over although no plan that the pull requests which it carries showed before their merge said
 * so: an object that was made since, say, or all that lives where nothing was planned. What was released from here under
 * the same name is not taken over but released again; and an attempt goes on with what it began with. Direct pushes alone
 * have no plan that could have said it.
 */
export async function unannouncedTakeovers(
  desired: Wanted,
  ledger: Ledger | null,
  plan: Plan,
  records: Pick<Records, 'shownPlan'>,
): Promise<readonly UnannouncedTakeover[]> {
  const { repository, environment, pullRequest, carries } = desired;
  const owned = new Set((ledger?.inventory ?? []).flatMap((entry) => (entry.uid === null ? [] : identityKey(entry))));
  const attempt = attemptUnderWay(desired, ledger);
  const taken = adoptedBy(plan).filter((change) => {
    if (isAgreed(change, attempt)) return false;
    // Written ahead by the attempt, it is in the inventory, and may have been given more to lose since.
    const mayLose = attempt !== null && change.loses !== undefined;
    return mayLose || !owned.has(identityKey(change.identity));
  });
  const numbers = [...(pullRequest === null ? [] : [pullRequest.number]), ...carries];
  if (taken.length === 0 || numbers.length === 0) return [];
  const shown = await Promise.all(numbers.map((number) => records.shownPlan(repository, number, environment.name)));
  const announced = announcedBy(shown.filter((one) => one !== null));
  return taken.flatMap(({ identity, loses = [] }): readonly UnannouncedTakeover[] => {
    const known = announced.get(identityKey(identity));
    // Fail closed: what is no longer known was not announced.
    if (known === undefined) return [{ identity, why: shown.includes(null) ? 'unknown' : 'unannounced' }];
    return known === 'all' || loses.every((field) => known.has(field)) ? [] : [{ identity, why: 'loses-more' }];
  });
}

/** By object, what it loses. */
function announcedBy(plans: readonly Plan[]): ReadonlyMap<IdentityKey, ReadonlySet<string> | 'all'> {
  const announced = new Map<IdentityKey, Set<string> | 'all'>();
  for (const plan of plans) {
    for (const { identity, loses = [] } of adoptedBy(plan)) {
      const known = announced.get(identityKey(identity)) ?? new Set();
      if (known !== 'all') announced.set(identityKey(identity), new Set([...known, ...loses]));
    }
    for (const identity of bornWith(plan)) announced.set(identityKey(identity), 'all');
  }
  return announced;
}

function adoptedBy({ changes }: Plan): Plan['changes'] {
  return changes.filter(({ adopted }) => adopted);
}

/**
 * What the plan creates in a namespace that it creates: nothing of anybody was there. What is there by then (the
 * `default` ServiceAccount, say) was made for the new namespace by a controller.
 */
function bornWith({ changes }: Plan): readonly Identity[] {
  const created = changes.filter(({ action }) => action === 'create').map(({ identity }) => identity);
  const namespaces = created.filter(({ group, kind }) => group === '' && kind === 'Namespace').map(({ name }) => name);
  return created.filter(({ namespace }) => namespace !== null && namespaces.includes(namespace));
}
