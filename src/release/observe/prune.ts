import type { InventoryEntry, Ledger } from '../../domain/ledger.ts';
import { identityKey, type KubernetesObject } from '../../domain/manifest.ts';
import type { Live } from '../../domain/prediction.ts';
import { health } from '../../observe/health.ts';
import { reasonOf } from '../../observe/verdict.ts';
import { isSecret } from '../../plan/manifests/settle-manifest.ts';
import { ownershipOf } from '../../plan/ownership.ts';
import { removalText } from '../../plan/refusals/refusal-text.ts';
import { wavesOf } from '../../plan/relations/waves.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { FencedLedger } from '../fenced-ledger.ts';

export type PruneResult =
  /** Nothing that could be deleted is left; the inventory says so. */
  | { readonly kind: 'pruned'; readonly ledger: Ledger }
  /** Deletes are under way; `overdue`: some for longer than `patienceMs`. */
  | { readonly kind: 'waiting'; readonly reasons: readonly string[]; readonly overdue: boolean }
  /** Inventory, label and UID do not agree, or the API server refuses: nothing more is deleted. */
  | { readonly kind: 'blocked'; readonly reasons: readonly string[] };

export interface PruneRequest {
  readonly fence: FencedLedger;
  readonly surplus: readonly InventoryEntry[];
  readonly applySet: string;
  /** How long a finalizer may take. */
  readonly patienceMs: number;
}

interface PrunePorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
}

/**
 * Deletes what Git no longer holds, in the reverse order of waves, under the environment's lock. Each wave is gone
 * before the next is deleted; what takes long is left to the next call, so that the lock is never held for a finalizer.
 * May be called again at any time, also after a crash.
 */
export async function prune(request: PruneRequest, ports: PrunePorts, held: AbortSignal): Promise<PruneResult> {
  const { fence, applySet } = request;
  const live = await ports.cluster.live(request.surplus, held);
  // Written ahead of a takeover that never came: it is not ours, and not in the way.
  const foreign = new Set(
    request.surplus.filter((entry) => isForeign(entry, live.get(identityKey(entry)), applySet)).map(identityKey),
  );
  let left = request.surplus.filter((entry) => !foreign.has(identityKey(entry)));
  const blocked = left.flatMap((entry) => blockedReason(entry, live.get(identityKey(entry)), applySet));
  // Fail closed: what one object cannot tell for sure, the others are not deleted on.
  if (blocked.length > 0) return { kind: 'blocked', reasons: blocked };

  for (const wave of wavesOf(left, (entry) => ({ identity: entry, needs: [] })).toReversed()) {
    await fence.write({}, held);
    const refusals = await removeWave(wave, ports, held);
    const there = await awaitGone(wave, ports, held);
    const gone = new Set(wave.filter((entry) => !there.has(entry)).map(identityKey));
    left = left.filter((entry) => !gone.has(identityKey(entry)));
    await fence.write({ inventory: without(fence, gone) }, held);
    if (refusals.length > 0) return { kind: 'blocked', reasons: refusals };
    if (there.size > 0) return waiting(there, request.patienceMs, ports.clock);
  }
  return { kind: 'pruned', ledger: await fence.write({ inventory: without(fence, foreign) }, held) };
}

function isForeign(entry: InventoryEntry, live: Live | undefined, applySet: string): boolean {
  return live?.kind === 'present' && ownershipOf(live.object, entry, applySet).kind === 'foreign';
}

/** Empty: it may be deleted, or is gone. */
function blockedReason(entry: InventoryEntry, live: Live | undefined, applySet: string): readonly string[] {
  if (live === undefined || live.kind === 'absent') return [];
  if (live.kind === 'unreadable') return [reasonOf(entry, `was not deleted, it cannot be read: ${live.reason}`)];
  const ownership = ownershipOf(live.object, entry, applySet);
  switch (ownership.kind) {
    case 'held':
    case 'foreign':
      return [];
    case 'another-set':
      return [reasonOf(entry, 'was not deleted, it belongs to another set now')];
    case 'mismatch':
      return [reasonOf(entry, `was not deleted, ${ownership.why}`)];
  }
}

/** Gives the reasons of those that the API server refuses to delete. */
async function removeWave(
  wave: readonly InventoryEntry[],
  { cluster }: PrunePorts,
  held: AbortSignal,
): Promise<readonly string[]> {
  const results = await Promise.allSettled(
    wave.map(async (entry) => {
      held.throwIfAborted();
      // An entry without a UID is not there: `ownershipOf` lets none pass that is.
      if (entry.uid === null) return [];
      const { uid, ...reference } = entry;
      const outcome = await cluster.remove({ reference, uid, dryRun: false }, held);
      if (outcome.kind !== 'refused') return [];
      return [reasonOf(entry, `could not be deleted: ${removalText(outcome.message, isSecret(entry))}`)];
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

/** Longer than objects without finalizers need; short enough for a newer release to wait for the lock. */
const waveMs = 3_000;

/** What is still there of the wave, and as what. Another object of the same name counts as gone: it is not ours. */
async function awaitGone(
  wave: readonly InventoryEntry[],
  { cluster, clock }: PrunePorts,
  held: AbortSignal,
): Promise<ReadonlyMap<InventoryEntry, KubernetesObject | null>> {
  const until = clock.monotonic() + waveMs;
  for (let pause = 25; ; pause = Math.min(pause * 2, 500)) {
    const live = await cluster.live(wave, held);
    const there = new Map<InventoryEntry, KubernetesObject | null>();
    for (const entry of wave) {
      const found = live.get(identityKey(entry));
      if (found?.kind === 'unreadable') there.set(entry, null);
      if (found?.kind === 'present' && found.object.metadata.uid === entry.uid) there.set(entry, found.object);
    }
    if (there.size === 0 || clock.monotonic() >= until) return there;
    await clock.sleep(pause, held);
  }
}

function without(fence: FencedLedger, gone: ReadonlySet<string>): readonly InventoryEntry[] {
  return (fence.content?.inventory ?? []).filter((entry) => !gone.has(identityKey(entry)));
}

/** How long it takes is told by the object itself, so that it survives a restart of ours. */
function waiting(
  there: ReadonlyMap<InventoryEntry, KubernetesObject | null>,
  patienceMs: number,
  clock: Clock,
): PruneResult {
  const now = clock.now();
  const reasons = [...there].map(([entry, object]) => {
    const state = object === null ? null : health(object, { pods: [], now });
    return reasonOf(entry, state?.kind === 'progressing' ? state.reason : 'is still there');
  });
  const since = [...there.values()].map((object) => Date.parse(object?.metadata.deletionTimestamp ?? ''));
  return { kind: 'waiting', reasons, overdue: since.some((at) => now - at > patienceMs) };
}
