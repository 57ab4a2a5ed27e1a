import type { PlanRecord } from '../../domain/inspection.ts';
import { type IdentityKey, identityKey, identityOf } from '../../domain/manifest.ts';
import type { Plan } from '../../domain/plan.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { PullRequests } from '../../ports/forge.ts';
import type { Records } from '../../ports/records.ts';
import type { AlsoChanged } from '../../present/preview.ts';

/** How many other pull requests are looked at, the newest first. */
const looked = 50;

/**
 * By the environment's name: what a pull request changes, and which other open ones into the same branch change as well,
 * as far as they are planned. One list of the forge, and none where nothing is changed.
 */
export async function alsoChanged(
  { repository, number, base, head }: PullRequest,
  plans: ReadonlyMap<string, PlanRecord | null>,
  ports: { readonly forge: Pick<PullRequests, 'openPullRequests'>; readonly records: Pick<Records, 'plan'> },
): Promise<ReadonlyMap<string, readonly AlsoChanged[]>> {
  const own = [...plans].flatMap(([name, record]) => {
    // What is being planned anew is not shown, and names nobody.
    const isShown = record?.head === head.commit && record.again === undefined;
    const keys =
      isShown && record.outcome.kind === 'planned' ? authoredKeys(record.outcome.plan) : new Set<IdentityKey>();
    return keys.size === 0 ? [] : [[name, keys] as const];
  });
  if (own.length === 0) return new Map();
  const open = await ports.forge.openPullRequests(repository, base.ref);
  const others = open.filter((other) => other.number !== number);
  const newest = others.toSorted((left, right) => right.number - left.number).slice(0, looked);
  const found = await Promise.all(
    own.map(async ([name, keys]) => {
      const records = newest.map(async (other) => {
        const record = await ports.records.plan(repository, other.number, name);
        // The plan of an older head says nothing of the pull request as it is.
        return record?.head === other.head.commit ? { by: other.number, record } : null;
      });
      return [name, shared(keys, await Promise.all(records))] as const;
    }),
  );
  return new Map(found.filter(([, objects]) => objects.length > 0));
}

function shared(
  own: ReadonlySet<IdentityKey>,
  others: readonly ({ readonly by: number; readonly record: PlanRecord } | null)[],
): readonly AlsoChanged[] {
  const objects = new Map<IdentityKey, AlsoChanged>();
  for (const other of others) {
    if (other?.record.outcome.kind !== 'planned') continue;
    for (const { identity, action, fromPullRequest } of other.record.outcome.plan.changes) {
      const key = identityKey(identity);
      if (!own.has(key) || !fromPullRequest || action === 'unchanged') continue;
      const by = [...(objects.get(key)?.by ?? []), other.by];
      objects.set(key, { identity: identityOf(identity), by: by.toSorted((left, right) => left - right) });
    }
  }
  return [...objects.values()];
}

function authoredKeys({ changes }: Plan): ReadonlySet<IdentityKey> {
  const authored = changes.filter(({ action, fromPullRequest }) => fromPullRequest && action !== 'unchanged');
  return new Set(authored.map(({ identity }) => identityKey(identity)));
}
