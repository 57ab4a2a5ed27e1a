import type { KubernetesObject } from '../domain/manifest.ts';
import type { ApplyOutcome, Live } from '../domain/prediction.ts';
import type { Cluster } from '../ports/cluster.ts';

/** Asks what a manifest would become; the same manifest is asked about once for each state of what lives. */
export type DryRun = (manifest: KubernetesObject, live: Live) => Promise<DryRunOutcome>;

/** `doubt`: why what is predicted may come otherwise; absent: it comes so. */
export type DryRunOutcome = ApplyOutcome & { readonly doubt?: string };

/** Dry-run apply with force: whose field it is, is another question. */
export function dryRunsOf(cluster: Pick<Cluster, 'apply'>, signal: AbortSignal): DryRun {
  const answered = new Map<KubernetesObject, ApplyOutcome>();
  return async (manifest, live) => {
    const known = answered.get(manifest);
    if (known?.kind === 'accepted' && isOf(known.object, live)) return known;
    const outcome = await cluster.apply({ object: manifest, dryRun: true, force: true, uid: null }, signal);
    answered.set(manifest, outcome);
    return outcome;
  };
}

/** Whether a prediction was computed from this very state: it carries the resourceVersion of what it was merged into. */
export function isOf(predicted: KubernetesObject, live: Live): boolean {
  const seen = live.kind === 'present' ? live.object.metadata.resourceVersion : undefined;
  return (predicted.metadata.resourceVersion || undefined) === seen;
}

/** Whether an answer shows that the object changed since it was read. */
export function isStale(outcome: ApplyOutcome, live: Live): boolean {
  switch (outcome.kind) {
    case 'accepted':
      return !isOf(outcome.object, live);
    case 'refused':
      return outcome.refusal.reason === 'stale';
    case 'conflict':
      return false;
  }
}
