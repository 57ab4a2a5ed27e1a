import type { Environment } from '../domain/environment.ts';
import type { InventoryEntry, Ledger } from '../domain/ledger.ts';
import { identityKey } from '../domain/manifest.ts';
import { orphanedIn, orphanedWords } from '../domain/orphaned.ts';
import type { Problem } from '../domain/rendering.ts';
import { isOrphan } from '../plan/ownership.ts';
import { isOrphanedByMove } from '../plan/settings/orphaned-by-move.ts';
import { placeChangedSince } from '../plan/settings/redirected-since.ts';
import { releasedSettings } from '../plan/settings/released-settings.ts';
import type { Subject } from '../plan/subjects.ts';
import type { Cluster } from '../ports/cluster.ts';

export interface FoundOrphans {
  /** What the plan is still about. */
  readonly subjects: readonly Subject[];
  /** What stays where the environment was: nothing is planned about it. */
  readonly orphaned: readonly InventoryEntry[];
}

/**
 * Takes out of a plan what stays where the settings moved the environment away from. What is known to be gone, or to be
 * somebody else's by now, is nobody's orphan; what may not be read stays one.
 */
export async function findOrphans(
  subjects: readonly Subject[],
  from: {
    readonly ledger: Ledger | null;
    readonly environment: Environment;
    readonly applySet: string;
    readonly cluster: Pick<Cluster, 'live'>;
  },
  signal: AbortSignal,
): Promise<FoundOrphans> {
  const released = releasedSettings(from.ledger);
  const isOrphaned = ({ written, entry }: Subject): boolean =>
    written === null && entry !== null && isOrphanedByMove(entry, released, from.environment);
  const left = subjects.filter(isOrphaned);
  if (left.length === 0) return { subjects, orphaned: [] };
  const readable = left.flatMap(({ stop, reference }) => (stop === null ? [reference] : []));
  const live = await from.cluster.live(readable, signal);
  const orphaned = left
    .flatMap(({ entry }) => entry ?? [])
    .filter((entry) => isOrphan(entry, live.get(identityKey(entry)) ?? null, from.applySet));
  return { subjects: subjects.filter((subject) => !isOrphaned(subject)), orphaned };
}

/** What the plan says of them. */
export function orphanRemarks(
  orphaned: readonly InventoryEntry[],
  of: { readonly ledger: Ledger | null; readonly environment: Environment },
): readonly Problem[] {
  const { ledger, environment } = of;
  const counted = orphanedIn(environment.cluster, orphaned);
  if (counted === null) return [];
  const why = placeChangedSince(releasedSettings(ledger), environment) ?? 'the environment moved';
  const message = `${orphanedWords(counted)}, for ${why}: nothing deletes what stays`;
  return [{ file: null, line: null, path: null, message }];
}
