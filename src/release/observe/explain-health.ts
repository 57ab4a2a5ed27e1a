import { type ObjectReference, referenceOf } from '../../domain/manifest.ts';
import type { RepositoryFacts } from '../../domain/repository.ts';
import { conditionOf } from '../../observe/condition.ts';
import { podTrouble } from '../../observe/pod-trouble.ts';
import { reasonOf } from '../../observe/verdict.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { SeenObject } from './read-health.ts';

/** Events are asked for where nothing else says why, and only for as many as a person reads. */
const explained = 5;

export interface Explaining {
  readonly cluster: Cluster;
  /** Events say what programs answered to probes, and more: `public`, only what kind of event it was. */
  readonly visibility: RepositoryFacts['visibility'];
}

/** The reasons of a verdict, led by the last warning event where the object and its pods say too little. */
export async function explainHealth(
  seen: readonly SeenObject[],
  explaining: Explaining,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const unwell = seen.filter(({ health }) => health.kind !== 'healthy');
  return await Promise.all(
    unwell.map(async ({ identity, health, object, pods }, index) => {
      if (health.kind === 'missing') return reasonOf(identity, 'is missing');
      const reason = health.kind === 'healthy' ? '' : health.reason;
      if (object === null || index >= explained || podTrouble(pods) !== null) return reasonOf(identity, reason);
      const waiting = pods.find((pod) => conditionOf(pod, 'Ready')?.status !== 'True') ?? object;
      const event =
        (await lastWarning(referenceOf(waiting), waiting.metadata.uid, explaining, signal)) ??
        (waiting === object ? null : await lastWarning(referenceOf(object), object.metadata.uid, explaining, signal));
      return reasonOf(identity, event === null ? reason : `${event}, ${reason}`);
    }),
  );
}

async function lastWarning(
  reference: ObjectReference,
  uid: string | undefined,
  { cluster, visibility }: Explaining,
  signal: AbortSignal,
): Promise<string | null> {
  const [event] = await cluster.warningEvents(reference, uid ?? '', signal);
  if (event === undefined) return null;
  return visibility === 'public' ? event.reason : `${event.reason}: ${event.message}`;
}
