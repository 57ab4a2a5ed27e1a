import type { Ledger } from '../../domain/ledger.ts';
import { type Identity, identityKey } from '../../domain/manifest.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Wanted } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';

/**
 * What a release would take over although the plan of the pull request, as it is known, did not say so: an object that was
 * made since, say, or all that lives where nothing was planned. What was released from here under the same name is not
 * taken over but released again. A direct push has no plan that could have said it.
 */
export async function unannouncedTakeovers(
  desired: Wanted,
  ledger: Ledger | null,
  plan: Plan,
  records: Pick<Records, 'plan'>,
): Promise<readonly Identity[]> {
  const { repository, environment, pullRequest } = desired;
  const owned = new Set((ledger?.inventory ?? []).flatMap((entry) => (entry.uid === null ? [] : identityKey(entry))));
  const taken = adoptedBy(plan).filter((identity) => !owned.has(identityKey(identity)));
  if (taken.length === 0 || pullRequest === null) return [];
  const record = await records.plan(repository, pullRequest.number, environment.name);
  // Fail closed: what is no longer known was not announced.
  const published = record?.outcome.kind === 'planned' ? adoptedBy(record.outcome.plan) : [];
  const announced = new Set(published.map(identityKey));
  return taken.filter((identity) => !announced.has(identityKey(identity)));
}

function adoptedBy({ changes }: Plan): readonly Identity[] {
  return changes.flatMap(({ adopted, identity }) => (adopted ? [identity] : []));
}
