import { identityKey, type KubernetesObject, type ObjectReference } from '../../domain/manifest.ts';
import { health } from '../../observe/health.ts';
import { reasonOf } from '../../observe/verdict.ts';
import { definedKinds } from '../../plan/manifests/kinds.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';

/** Long enough for any API server; a CRD that is not served by then never will be. */
const limitMs = 60_000;

/**
 * Waits until namespaces and CRDs can be used by what comes after them: active, established and served. Gives the
 * reasons why they cannot; empty: they can. Asked under Fairlead's own identity, which may know what exists.
 */
export async function awaitPrerequisites(
  references: readonly ObjectReference[],
  ports: { readonly own: Cluster; readonly clock: Clock },
  signal: AbortSignal,
  waitMs = limitMs,
): Promise<readonly string[]> {
  if (references.length === 0) return [];
  const until = ports.clock.monotonic() + waitMs;
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    const reasons = await unready(references, ports, signal);
    if (reasons.length === 0 || ports.clock.monotonic() >= until) return reasons;
    await ports.clock.sleep(pause, signal);
  }
}

async function unready(
  references: readonly ObjectReference[],
  { own, clock }: { readonly own: Cluster; readonly clock: Clock },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const live = await own.live(references, signal);
  const reasons = references.map(async (reference) => {
    const found = live.get(identityKey(reference));
    if (found === undefined || found.kind === 'absent') return [reasonOf(reference, 'is missing')];
    if (found.kind === 'unreadable') return [reasonOf(reference, found.reason)];
    const state = health(found.object, { pods: [], now: clock.now() });
    if (state.kind === 'progressing' || state.kind === 'failed') return [reasonOf(reference, state.reason)];
    return (await isServed(found.object, own, signal)) ? [] : [reasonOf(reference, 'its kind is not served yet')];
  });
  return (await Promise.all(reasons)).flat();
}

/** An established CRD is served by this API server a moment later. */
async function isServed(object: KubernetesObject, own: Cluster, signal: AbortSignal): Promise<boolean> {
  const answers = definedKinds(object).map(({ apiVersion, kind }) => own.served(apiVersion, kind, signal));
  return (await Promise.all(answers)).every((answer) => answer !== null);
}
