import { field } from '../../domain/field.ts';
import { type IdentityKey, identityKey } from '../../domain/manifest.ts';
import type { Wanted } from '../../domain/release.ts';
import { reasonOf } from '../../observe/verdict.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { PlannedObject } from '../../predict/predicted-plan.ts';
import { type HealthWords, healthWordsFor } from '../health-words.ts';

export type UnendedHooks =
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }
  | { readonly kind: 'running'; readonly reasons: readonly string[]; readonly overdue: boolean };

/** Most are over by then; for the others the lock is given back, and taken again now and then. */
const lookMs = 5_000;

/**
 * The hooks that have to end before a wave begins: those that run (Jobs, Pods) and come before it, as far as they are
 * there. One that is still to be written comes later, whatever its weight.
 */
export function hooksBefore(
  wave: readonly PlannedObject[],
  objects: readonly PlannedObject[],
  done: { readonly writes: readonly PlannedObject[]; readonly applied: ReadonlyMap<IdentityKey, string> },
): readonly PlannedObject[] {
  const written = new Set(done.writes.map(({ reference }) => identityKey(reference)));
  const first = Math.min(...wave.map(orderOf));
  return objects.filter((object) => {
    const key = identityKey(object.reference);
    if (object.hook === undefined || object.desired === null || !runs(object)) return false;
    if (written.has(key) && !done.applied.has(key)) return false;
    return orderOf(object) < first || isEarlier(object, wave);
  });
}

function runs({ reference: { group, kind } }: PlannedObject): boolean {
  return (group === 'batch' && kind === 'Job') || (group === '' && kind === 'Pod');
}

/** Before all others, among them, after them. */
function orderOf({ hook }: PlannedObject): number {
  if (hook === undefined) return 0;
  return hook.phase === 'before' ? -1 : 1;
}

function isEarlier({ hook }: PlannedObject, wave: readonly PlannedObject[]): boolean {
  return wave.some((other) => other.hook?.phase === hook?.phase && (hook?.weight ?? 0) < (other.hook?.weight ?? 0));
}

/** Waits a while until hooks have ended well; null: they have. One that failed keeps the others from beginning. */
export async function awaitHooks(
  hooks: readonly PlannedObject[],
  { desired }: { readonly desired: Wanted },
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
  held: AbortSignal,
): Promise<UnendedHooks | null> {
  if (hooks.length === 0) return null;
  const until = clock.monotonic() + lookMs;
  const health = healthWordsFor(
    desired,
    hooks.flatMap((hook) => hook.desired ?? []),
  );
  for (let pause = 100; ; pause = Math.min(pause * 2, 1_000)) {
    const looks = await look(hooks, { cluster, clock, health }, held);
    const failed = looks.flatMap(({ failed: reason }) => reason ?? []);
    if (failed.length > 0) return { kind: 'refused', reasons: failed };
    const running = looks.filter(({ running: reason }) => reason !== null);
    if (running.length === 0) return null;
    if (clock.monotonic() >= until) {
      const patience = desired.environment.healthTimeoutMs;
      return {
        kind: 'running',
        reasons: running.flatMap(({ running: reason }) => reason ?? []),
        overdue: running.some(({ forMs }) => forMs > patience),
      };
    }
    await clock.sleep(pause, held);
  }
}

interface Look {
  readonly failed: string | null;
  readonly running: string | null;
  readonly forMs: number;
}

const over: Look = { failed: null, running: null, forMs: 0 };

async function look(
  hooks: readonly PlannedObject[],
  { cluster, clock, health }: { readonly cluster: Cluster; readonly clock: Clock; readonly health: HealthWords },
  held: AbortSignal,
): Promise<readonly Look[]> {
  const references = hooks.map(({ reference }) => reference);
  const live = await cluster.live(references, held);
  return hooks.map((hook) => {
    const { reference } = hook;
    const found = live.get(identityKey(reference));
    if (found === undefined || found.kind === 'absent') return gone(hook);
    if (found.kind === 'unreadable') return { ...over, failed: reasonOf(reference, found.reason) };
    const { object } = found;
    const state = health(object, { pods: [], now: clock.now() });
    const forMs = clock.now() - Date.parse(object.metadata.creationTimestamp ?? '');
    switch (state.kind) {
      case 'healthy':
        return isOver(object.kind, object['status'])
          ? over
          : { ...over, running: reasonOf(reference, 'is running'), forMs };
      case 'missing':
        return over;
      case 'progressing':
        return { ...over, running: reasonOf(reference, state.reason), forMs };
      case 'failed': {
        const reason = `${state.reason}; nothing after this hook begins: change it, or delete it to have it run again`;
        return { ...over, failed: reasonOf(reference, reason) };
      }
    }
  });
}

/**
 * What a time to live takes away is over, and whether what was done before this release is to be done again is the plan's to
 * say. But what this release made, and somebody deleted, did not do its work.
 */
function gone({ reference, change, desired }: PlannedObject): Look {
  const isMade = change !== null && change.action !== 'unchanged';
  if (!isMade || field(desired ?? undefined, 'spec', 'ttlSecondsAfterFinished') !== undefined) return over;
  return { ...over, failed: reasonOf(reference, 'was deleted before it ended; nothing after this hook begins') };
}

/** A Pod is healthy while it runs; here it has to end. */
function isOver(kind: string, status: unknown): boolean {
  if (kind !== 'Pod') return true;
  return typeof status === 'object' && status !== null && 'phase' in status && status.phase === 'Succeeded';
}
