import type { Ledger } from '../../domain/ledger.ts';
import { type Identity, type IdentityKey, identityKey } from '../../domain/manifest.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Wanted } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';

/**
 * What a release would take over although no plan of the pull requests that it carries, as they were merged, said so: an
 * object that was made since, say, or all that lives where nothing was planned. What was released from here under the same
 * name is not taken over but released again. Direct pushes alone have no plan that could have said it.
 */
export async function unannouncedTakeovers(
  desired: Wanted,
  ledger: Ledger | null,
  plan: Plan,
  records: Pick<Records, 'plan'>,
): Promise<readonly Identity[]> {
  const { repository, environment, pullRequest, carries } = desired;
  const owned = new Set((ledger?.inventory ?? []).flatMap((entry) => (entry.uid === null ? [] : identityKey(entry))));
  const taken = adoptedBy(plan).filter((identity) => !owned.has(identityKey(identity)));
  const numbers = [...(pullRequest === null ? [] : [pullRequest.number]), ...carries];
  if (taken.length === 0 || numbers.length === 0) return [];
  const announced = new Set<IdentityKey>();
  for (const number of numbers) {
    const record = await records.plan(repository, number, environment.name);
    // Fail closed: what is no longer known was not announced.
    if (record?.outcome.kind !== 'planned') continue;
    const { plan: published } = record.outcome;
    // Made again after the merge, it says what nobody was shown before it.
    const merged = desired.merged?.find((one) => one.number === number);
    if (merged !== undefined && isLater(published.at, merged.at)) continue;
    for (const identity of [...adoptedBy(published), ...bornWith(published)]) announced.add(identityKey(identity));
  }
  return taken.filter((identity) => !announced.has(identityKey(identity)));
}

/** The forge tells whole seconds. */
function isLater(at: string, mergedAt: string): boolean {
  return Date.parse(at) >= Date.parse(mergedAt) + 1_000;
}

function adoptedBy({ changes }: Plan): readonly Identity[] {
  return changes.flatMap(({ adopted, identity }) => (adopted ? [identity] : []));
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
