import { isoTime } from '../../domain/iso-time.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import type { ApplyOutcome, Live } from '../../domain/prediction.ts';
import { health } from '../../observe/health.ts';
import { sameContent } from '../../plan/fields/content.ts';
import { isSecret, partOf } from '../../plan/manifests/settle-manifest.ts';
import { withPlainLimits } from '../../plan/refusals/plain-limits.ts';
import { refusalText, removalText } from '../../plan/refusals/refusal-text.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { PlannedObject } from '../../predict/predicted-plan.ts';
import { migrateFields } from './migrate-fields.ts';

/** A planned object that is written: it has a manifest. */
export interface PlannedWrite extends PlannedObject {
  readonly desired: KubernetesObject;
}

export type ObjectOutcome =
  | { readonly kind: 'applied'; readonly uid: string }
  /** Nothing was done. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** What lived was deleted, and the new one is not there yet. `forMs`: how long it has been going away. */
  | { readonly kind: 'replacing'; readonly reason: string; readonly forMs: number }
  /** It is no longer what was planned for: the whole release is planned again. */
  | { readonly kind: 'stale' };

/** Applies one object as it was planned, and only to the object it was planned for. */
export async function applyObject(
  write: PlannedWrite,
  ports: { readonly cluster: Cluster; readonly clock: Clock },
  signal: AbortSignal,
): Promise<ObjectOutcome> {
  const replaces = write.change?.action === 'replace' && write.live.kind === 'present';
  if (replaces) {
    const removed = await removeFirst(write, ports, signal);
    if (removed !== null) return removed;
  }
  const outcome = await applyToPlanned(write, replaces ? { kind: 'absent' } : write.live, ports.cluster, signal);
  if (outcome.kind === 'accepted') return { kind: 'applied', uid: outcome.object.metadata.uid ?? '' };
  if (outcome.kind === 'refused' && outcome.refusal.reason === 'stale') return { kind: 'stale' };
  const reason = applyRefusal(outcome, write);
  return replaces ? replacing(`and could not be: ${reason}`, 0) : { kind: 'refused', reason };
}

/** How often an object whose status changes is asked for again before the release is planned again. */
const attempts = 10;

/**
 * To the very state that was planned for: what somebody wrote since would be lost without a word, or, where nothing lived,
 * taken. Controllers write its status all the time, and nobody planned anything about that.
 */
async function applyToPlanned(
  write: PlannedWrite,
  planned: Live,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  if (planned.kind !== 'present') {
    const request = { object: write.desired, dryRun: false, force: true, uid: null, expects: 'absent' } as const;
    return await cluster.apply(request, signal);
  }
  let live = planned.object;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await applyTo(live, write, cluster, signal);
    const isStale = outcome.kind === 'refused' && outcome.refusal.reason === 'stale';
    if (!isStale || attempt === attempts) return outcome;
    const now = await cluster.read(write.reference, signal);
    if (now.kind !== 'present' || !isAsPlanned(now.object, planned.object)) return outcome;
    live = now.object;
  }
}

/** What its predecessors hold is made ours first, so that the apply takes away what Git leaves out of it. */
async function applyTo(
  live: KubernetesObject,
  { reference, desired, takeover }: PlannedWrite,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  const migrated = takeover === undefined ? null : await migrateFields({ reference, live, takeover }, cluster, signal);
  if (migrated !== null && migrated.kind !== 'accepted') return migrated;
  const { uid = null, resourceVersion = '' } = (migrated?.object ?? live).metadata;
  return await cluster.apply(
    { object: desired, dryRun: false, force: true, uid, expects: { resourceVersion } },
    signal,
  );
}

function isAsPlanned(now: KubernetesObject, planned: KubernetesObject): boolean {
  const [one, other] = [now.metadata, planned.metadata];
  return one.uid === other.uid && one.labels?.[partOf] === other.labels?.[partOf] && sameContent(now, planned);
}

/** The API server's words, without the values that it echoes. */
export function applyRefusal(
  outcome: Exclude<ApplyOutcome, { readonly kind: 'accepted' }>,
  { reference, desired }: Pick<PlannedWrite, 'reference' | 'desired'>,
): string {
  switch (outcome.kind) {
    case 'conflict':
      return `fields are held by ${outcome.conflicts.map(({ manager }) => manager).join(', ')}`;
    case 'refused':
      return refusalText(withPlainLimits(outcome.refusal, desired), isSecret(reference));
  }
}

/**
 * How long a replacement waits for the old object's finalizers with the lock in its hand: for less than whoever wants
 * the lock waits. The release goes on at its next run.
 */
const removalMs = 5_000;

/** null: the old object is gone. */
async function removeFirst(
  { reference, live }: PlannedWrite,
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
  signal: AbortSignal,
): Promise<ObjectOutcome | null> {
  const uid = live.kind === 'present' ? (live.object.metadata.uid ?? '') : '';
  const removed = await cluster.remove({ reference, uid, dryRun: false }, signal);
  if (removed.kind === 'refused') return { kind: 'refused', reason: removalText(removed.message, isSecret(reference)) };
  const begun = clock.now();
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    const found = await cluster.read(reference, signal);
    if (found.kind === 'absent') return null;
    if (found.kind === 'unreadable') return replacing(found.reason, clock.now() - begun);
    const { deletionTimestamp } = found.object.metadata;
    if (found.object.metadata.uid !== uid) return { kind: 'stale' };
    // Told by the object itself where it can, so that the next run does not wait anew.
    const since = Math.min(begun, Date.parse(deletionTimestamp ?? isoTime(begun)));
    const forMs = clock.now() - since;
    if (forMs >= removalMs) {
      const state = health(found.object, { pods: [], now: clock.now() });
      return replacing(state.kind === 'progressing' ? state.reason : 'is being deleted', forMs);
    }
    await clock.sleep(pause, signal);
  }
}

function replacing(reason: string, forMs: number): ObjectOutcome {
  return { kind: 'replacing', reason: `was deleted to be made anew, ${reason}`, forMs };
}
