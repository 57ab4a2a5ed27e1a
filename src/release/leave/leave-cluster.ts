import type { Allowance } from '../../domain/allowance.ts';
import { kindAllowance } from '../../domain/cluster-scoped.ts';
import { type InventoryEntry, type Ledger, ledgerKeyOf, withOrphans } from '../../domain/ledger.ts';
import { type IdentityKey, identityKey } from '../../domain/manifest.ts';
import { type Orphaned, orphanedIn } from '../../domain/orphaned.ts';
import type { Live } from '../../domain/prediction.ts';
import type { Departure, Desired } from '../../domain/release.ts';
import { isOrphan } from '../../plan/ownership.ts';
import type { ClusterAccess } from '../../ports/cluster-access.ts';
import type { JobContext } from '../../ports/handler.ts';
import type { Records } from '../../ports/records.ts';
import { completeInventory } from '../../predict/complete-inventory.ts';
import { FencedLedger } from '../fenced-ledger.ts';
import { lockWaitMs } from '../lock-wait.ts';

export interface LeaveRequest {
  readonly desired: Desired;
  readonly departure: Departure;
  /** Whether the environment, as it was here, may still be looked at. */
  readonly allowance: Allowance;
}

interface LeavePorts {
  readonly access: ClusterAccess;
  readonly records: Pick<Records, 'desired'>;
}

/**
 * Ends what an environment has in a cluster where the settings do not want it any more. Its ledger, which stays, says
 * from then on that all of it is orphaned: an environment that comes back owns again what Git still holds, and deletes
 * nothing else, for nobody has seen a plan of that. Gives what stays; `back`: the settings want it here again.
 */
export async function leaveCluster(
  request: LeaveRequest,
  ports: LeavePorts,
  context: JobContext,
): Promise<{ readonly kind: 'left'; readonly orphaned: Orphaned | null } | { readonly kind: 'back' }> {
  const { ledgers, entry } = ports.access;
  const key = ledgerKeyOf(request.desired);
  if ((await ledgers.read(key, context.signal)) === null) return { kind: 'left', orphaned: null };
  const objects = await ledgers.withLock(key, lockWaitMs, context.signal, (held) => leave(request, ports, held));
  return objects === 'back' ? { kind: 'back' } : { kind: 'left', orphaned: orphanedIn(entry.name, objects) };
}

async function leave(
  { desired, departure, allowance }: LeaveRequest,
  { access, records }: LeavePorts,
  held: AbortSignal,
): Promise<readonly InventoryEntry[] | 'back'> {
  const now = await records.desired(desired.repository, desired.environment.name);
  // Wiped records cannot tell: forge writes them anew, and asks again.
  if (now?.departure?.cluster !== departure.cluster) return 'back';
  const key = ledgerKeyOf(desired);
  const stored = await access.ledgers.read(key, held);
  if (stored === null) return [];
  const cluster = allowance.kind === 'allowed' ? access.as(allowance.impersonate) : null;
  const ledger = cluster === null ? stored : await completeInventory(stored, cluster, held);
  const live = await readAllowed(entriesOf(ledger), { access, allowance }, held);
  const stays = (entry: InventoryEntry): boolean =>
    isOrphan(entry, live.get(identityKey(entry)) ?? null, ledger.applySet);
  if (ledger.inventory.length > 0 || ledger.released !== null || ledger.attempt !== null) {
    const orphans = { commit: departure.commit, at: desired.at, objects: ledger.inventory.filter(stays) };
    const orphaned = withOrphans(ledger.orphaned, orphans, []);
    // Nothing is released here any more: what comes back is released anew.
    const fence = new FencedLedger(access.ledgers, key, stored);
    await fence.write({ inventory: [], orphaned, released: null, attempt: null }, held);
  }
  return entriesOf(ledger).filter(stays);
}

function entriesOf({ inventory, orphaned }: Ledger): readonly InventoryEntry[] {
  return [...inventory, ...orphaned.flatMap(({ objects }) => objects)];
}

/** Nothing is asked about what the operator does not allow. */
async function readAllowed(
  entries: readonly InventoryEntry[],
  { access, allowance }: { readonly access: ClusterAccess; readonly allowance: Allowance },
  held: AbortSignal,
): Promise<ReadonlyMap<IdentityKey, Live>> {
  if (allowance.kind === 'denied') return new Map();
  const { namespaces, clusterScoped, impersonate } = allowance;
  // It is only read, and was allowed when it was released: of which other groups there are kinds of that name is no matter.
  const allowed = entries.filter((entry) =>
    entry.namespace === null
      ? kindAllowance(clusterScoped, entry, [entry.group]) === 'allowed'
      : namespaces.includes(entry.namespace),
  );
  return await access.as(impersonate).live(allowed, held);
}
