import { isoTime } from '../../domain/iso-time.ts';
import { type Attempt, type InventoryEntry, type Ledger, withOrphans } from '../../domain/ledger.ts';
import { type IdentityKey, identityKey } from '../../domain/manifest.ts';
import type { Wanted } from '../../domain/release.ts';
import { isOrphanedByMove } from '../../plan/settings/orphaned-by-move.ts';
import { releasedSettings } from '../../plan/settings/released-settings.ts';
import type { Clock } from '../../ports/clock.ts';
import { agreedEffects } from './agreed-effects.ts';
import type { Application } from './apply-plan.ts';
import { attemptUnderWay } from './attempt-under-way.ts';

/** A run after a crash goes on with the same attempt: it began when the first one did. */
export function attemptOf({ desired, ledger, rendering, objects }: Application, clock: Clock): Attempt {
  const { commit, settings } = desired;
  const before = ledger?.attempt;
  const resumed = before?.rendering === rendering && before.settings === settings && before.commit === commit;
  const at = resumed ? before.at : isoTime(clock.now());
  const changes = objects.flatMap(({ change }) => change ?? []);
  const agreed = agreedEffects(changes, attemptUnderWay(desired, ledger));
  return { commit, path: desired.environment.path, rendering, settings, at, agreed };
}

/** What is owned and what will be: new ones without a UID, and replaced ones too, because theirs will be another. */
export function writtenAhead({ ledger, objects }: Application): readonly InventoryEntry[] {
  const entries = new Map<IdentityKey, InventoryEntry>();
  for (const entry of ledger?.inventory ?? []) entries.set(identityKey(entry), entry);
  for (const { reference, desired, live, change, left } of objects) {
    if (desired === null) continue;
    // What went away by itself when it was done keeps its place: else the next release would make it again.
    if (live.kind === 'absent' && change === null) continue;
    const stays = live.kind === 'present' && change?.action !== 'replace';
    const uid = stays ? (live.object.metadata.uid ?? null) : null;
    entries.set(identityKey(reference), { ...reference, uid, ...(left === undefined ? {} : { left }) });
  }
  return [...entries.values()];
}

/**
 * What the environment keeps, and what it leaves behind where the settings moved it away. Both are written together with
 * what is released: earlier, the inventory would not match the settings that are still the released ones; later, what is
 * to be left behind could be pruned in between.
 */
export function partedFrom(
  { desired, ledger, objects, orphaned }: Application,
  inventory: readonly InventoryEntry[],
  clock: Clock,
): Pick<Ledger, 'inventory' | 'orphaned'> {
  const wanted = new Set(
    objects.flatMap((planned) => (planned.desired === null ? [] : identityKey(planned.reference))),
  );
  const released = releasedSettings(ledger);
  // An object that Git has under the other group of its kind by now is listed once.
  const kept = new Set(inventory.flatMap((entry) => (wanted.has(identityKey(entry)) ? (entry.uid ?? []) : [])));
  const isListedAnew = ({ uid }: InventoryEntry) => uid !== null && kept.has(uid);
  // What is gone from there, or is somebody else's by now, leaves the inventory, too: it is not ours to prune.
  const owned = inventory.filter(
    (entry) =>
      wanted.has(identityKey(entry)) ||
      !(isListedAnew(entry) || isOrphanedByMove(entry, released, desired.environment)),
  );
  const leaving = { commit: desired.commit, at: isoTime(clock.now()), objects: orphaned };
  return { inventory: owned, orphaned: withOrphans(ledger?.orphaned ?? [], leaving, owned) };
}

export function releasedBy(desired: Wanted, attempt: Attempt, clock: Clock): Pick<Ledger, 'released' | 'attempt'> {
  const now = clock.now();
  const { agreed: _done, ...source } = attempt;
  return {
    released: {
      ...source,
      at: isoTime(now),
      phase: 'observing',
      tookMs: Math.max(0, now - Date.parse(attempt.at)),
      steady: null,
      sync: desired.asked.kind === 'sync' ? desired.asked.at : null,
    },
    attempt: null,
  };
}
