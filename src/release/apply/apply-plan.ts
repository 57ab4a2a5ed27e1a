import { type InventoryEntry, type Ledger, ledgerKeyOf } from '../../domain/ledger.ts';
import { type IdentityKey, identityKey, parseApiVersion } from '../../domain/manifest.ts';
import type { ReleaseState, Wanted } from '../../domain/release.ts';
import { reasonOf } from '../../observe/verdict.ts';
import { definedKinds } from '../../plan/manifests/kinds.ts';
import { isAwaited, type WaveMember, wavesOf } from '../../plan/relations/waves.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { ClusterAccess } from '../../ports/cluster-access.ts';
import type { PlannedObject } from '../../predict/predicted-plan.ts';
import { FencedLedger } from '../fenced-ledger.ts';
import { applyObject, applyRefusal, type ObjectOutcome, type PlannedWrite } from './apply-object.ts';
import { awaitHooks, hooksBefore } from './await-hooks.ts';
import { awaitPrerequisites } from './await-prerequisites.ts';
import { attemptOf, partedFrom, releasedBy, writtenAhead } from './noted-attempt.ts';

export interface Application {
  readonly desired: Wanted;
  /** As it was read under the lock, its inventory completed. */
  readonly ledger: Ledger | null;
  readonly objects: readonly PlannedObject[];
  /** `PredictedPlan.orphaned`: noted with the end of the release. */
  readonly orphaned: readonly InventoryEntry[];
  /** `Rendering.id` of what is applied. */
  readonly rendering: string;
  /** Told before the first wave and after each. */
  readonly progress: (state: Applying) => Promise<void>;
}

export type Applying = Extract<ReleaseState, { readonly kind: 'applying' }>;

export interface ApplyPorts {
  readonly access: ClusterAccess;
  /** The identity that the allow rule names. */
  readonly cluster: Cluster;
  readonly clock: Clock;
}

export type ApplyResult =
  | { readonly kind: 'applied'; readonly ledger: Ledger }
  /** The API server refused what it had accepted as a dry run, or what could only be asked now. The attempt stands. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[]; readonly applied: number; readonly of: number }
  /** Of what is deleted to be replaced some is not gone yet. The attempt stands, and goes on from there. */
  | {
      readonly kind: 'replacing';
      readonly reasons: readonly string[];
      readonly applied: number;
      readonly of: number;
      /** Some for longer than health may take. */
      readonly overdue: boolean;
    }
  /** Hooks that the others wait for have not ended. The attempt stands, and goes on from there. */
  | {
      readonly kind: 'running';
      readonly reasons: readonly string[];
      readonly applied: number;
      readonly of: number;
      /** Some for longer than health may take. */
      readonly overdue: boolean;
    }
  | { readonly kind: 'stale' };

/**
 * Carries out the applies of a plan, wave by wave, under the environment's lock (its signal is `held`). Before the first
 * write the ledger names everything that will be owned; before each later one it is written again, which fences
 * another writer; at the end it says what is released. Deletes nothing: prune comes after observing.
 */
export async function applyPlan(application: Application, ports: ApplyPorts, held: AbortSignal): Promise<ApplyResult> {
  const { desired, ledger } = application;
  const writes = application.objects.filter(isWritten);
  const fence = new FencedLedger(ports.access.ledgers, ledgerKeyOf(desired), ledger);
  const attempt = attemptOf(application, ports.clock);
  const ahead = writtenAhead(application);
  if (writes.length > 0) {
    await fence.write({ inventory: ahead, attempt }, held);
    await application.progress({ kind: 'applying', applied: 0, of: writes.length });
  }

  const uids = new Map<IdentityKey, string>();
  const inventory = () => ahead.map((entry) => ({ ...entry, uid: uids.get(identityKey(entry)) ?? entry.uid }));
  for (const [index, wave] of wavesOf(writes, memberOf).entries()) {
    const hooks = await awaitHooks(
      hooksBefore(wave, application.objects, { writes, applied: uids }),
      application,
      ports,
      held,
    );
    if (hooks !== null) {
      if (index > 0) await fence.write({ inventory: inventory() }, held);
      return { ...hooks, applied: uids.size, of: writes.length };
    }
    if (index > 0) await fence.write({ inventory: inventory() }, held);
    const outcomes = await applyWave(wave, ports, held);
    for (const { write, outcome } of outcomes.ended) {
      if (outcome.kind === 'applied') uids.set(identityKey(write.reference), outcome.uid);
    }
    const ending = endOf(outcomes, desired.environment.healthTimeoutMs);
    if (ending !== null) {
      // What was made is noted first. A crash before this is mended by `completeInventory`.
      await fence.write({ inventory: inventory() }, held);
      if (ending.kind === 'failed') throw ending.error;
      return ending.kind === 'stale' ? ending : { ...ending, applied: uids.size, of: writes.length };
    }
    const unmet = await beforeTheNext(wave, { writes, applied: uids }, ports, held);
    if (unmet.length > 0) {
      await fence.write({ inventory: inventory() }, held);
      return { kind: 'refused', reasons: unmet, applied: uids.size, of: writes.length };
    }
    await application.progress({ kind: 'applying', applied: uids.size, of: writes.length });
  }
  const released = releasedBy(desired, attempt, ports.clock);
  const parted = partedFrom(application, inventory(), ports.clock);
  return { kind: 'applied', ledger: await fence.write({ ...released, ...parted }, held) };
}

function memberOf({ reference, needs, hook }: PlannedWrite): WaveMember {
  return { identity: reference, needs, ...(hook && { hook }) };
}

function isWritten(planned: PlannedObject): planned is PlannedWrite {
  if (planned.desired === null) return false;
  switch (planned.change?.action) {
    case 'create':
    case 'update':
    case 'replace':
      return true;
    // What is taken over as it lives gets its label: without that it is nobody's to prune.
    case 'unchanged':
      return planned.change.adopted;
    case 'delete':
    case 'blocked':
    case 'unknown':
    case undefined:
      return false;
  }
}

interface Ended {
  readonly write: PlannedWrite;
  readonly outcome: ObjectOutcome;
}

interface WaveOutcomes {
  readonly ended: readonly Ended[];
  readonly failed: readonly unknown[];
}

/** Every request of a wave has ended when this resolves: nothing is written behind the lock's back. */
async function applyWave(wave: readonly PlannedWrite[], ports: ApplyPorts, held: AbortSignal): Promise<WaveOutcomes> {
  const results = await Promise.allSettled(
    wave.map(async (write): Promise<Ended> => {
      held.throwIfAborted();
      return { write, outcome: await applyObject(write, ports, held) };
    }),
  );
  return {
    ended: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    failed: results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])),
  };
}

/** Why nothing comes after this wave; null: the next one does. What goes on by itself comes before what waits for a person. */
function endOf({ ended, failed }: WaveOutcomes, patienceMs: number) {
  if (failed.length > 0) return { kind: 'failed', error: failed[0] } as const;
  if (ended.some(({ outcome }) => outcome.kind === 'stale')) return { kind: 'stale' } as const;
  const reasons = ended.flatMap(({ write, outcome }) =>
    outcome.kind === 'refused' || outcome.kind === 'replacing' ? [reasonOf(write.reference, outcome.reason)] : [],
  );
  if (reasons.length === 0) return null;
  const replaced = ended.flatMap(({ outcome }) => (outcome.kind === 'replacing' ? [outcome.forMs] : []));
  if (replaced.length === 0) return { kind: 'refused', reasons } as const;
  return { kind: 'replacing', reasons, overdue: replaced.some((forMs) => forMs > patienceMs) } as const;
}

interface Progress {
  readonly writes: readonly PlannedWrite[];
  readonly applied: ReadonlyMap<IdentityKey, string>;
}

/** Until what the wave made can be used; then what could not be asked before is dry-run. Gives the reasons to stop. */
async function beforeTheNext(
  wave: readonly PlannedWrite[],
  { writes, applied }: Progress,
  ports: ApplyPorts,
  held: AbortSignal,
): Promise<readonly string[]> {
  const awaited = wave
    .filter((write) => isAwaited(write.reference) && isNeeded(write, writes))
    .map(({ reference }) => reference);
  const unready = await awaitPrerequisites(awaited, { own: ports.access.own, clock: ports.clock }, held);
  if (unready.length > 0) return unready;
  const made = new Set(wave.map(({ reference }) => identityKey(reference)));
  const asked = writes.filter(({ needs }) => {
    const keys = needs.map(identityKey);
    return keys.some((key) => made.has(key)) && keys.every((key) => applied.has(key));
  });
  const answers = await Promise.allSettled(asked.map((write) => dryRun(write, ports, held)));
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  return answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value !== null ? [answer.value] : []));
}

/**
 * A kind that nothing of the release is of may be served later on, by what the release brings: some definitions wait for
 * the certificate that their own controller gives them.
 */
function isNeeded({ desired }: PlannedWrite, writes: readonly PlannedWrite[]): boolean {
  if (desired.kind !== 'CustomResourceDefinition') return true;
  const kinds = new Set(
    definedKinds(desired).map(({ apiVersion, kind }) => `${parseApiVersion(apiVersion).group}/${kind}`),
  );
  return writes.some(({ reference: { group, kind } }) => kinds.has(`${group}/${kind}`));
}

/** How long a new namespace, kind or quota may need until it takes objects (default accounts, schemas, counts). */
const birthMs = 5_000;

/** null: the API server would accept it. */
async function dryRun(write: PlannedWrite, { cluster, clock }: ApplyPorts, held: AbortSignal): Promise<string | null> {
  const { desired, live, reference } = write;
  const uid = live.kind === 'present' ? (live.object.metadata.uid ?? null) : null;
  const until = clock.monotonic() + birthMs;
  for (;;) {
    const outcome = await cluster.apply({ object: desired, dryRun: true, force: true, uid }, held);
    if (outcome.kind === 'accepted') return null;
    if (clock.monotonic() >= until) return reasonOf(reference, applyRefusal(outcome, write));
    await clock.sleep(250, held);
  }
}
