import { isoTime } from '../domain/iso-time.ts';
import type { Problem } from '../domain/rendering.ts';
import { assemblePlan } from '../plan/assemble-plan.ts';
import { judge } from '../plan/judge.ts';
import { withFailedHooks } from '../plan/relations/failed-hooks.ts';
import { withLostGround } from '../plan/relations/lost-ground.ts';
import { withMeantDeletions } from '../plan/relations/meant-deletions.ts';
import { withPrerequisites } from '../plan/relations/prerequisites.ts';
import { withProposedSchemas } from '../plan/relations/proposed-schemas.ts';
import { withRenamedKinds } from '../plan/relations/renamed-kinds.ts';
import { withUncheckedPods } from '../plan/relations/unchecked-pods.ts';
import { type Subject, subjectsOf } from '../plan/subjects.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Metrics } from '../ports/metrics.ts';
import { applyQuotas } from './apply-quotas.ts';
import { collectEvidence } from './collect-evidence.ts';
import { discoverKinds } from './discover-kinds.ts';
import { findAutoscalers } from './find-autoscalers.ts';
import { findNamespaceReaders } from './find-namespace-readers.ts';
import { findOrphans, orphanRemarks } from './find-orphans.ts';
import type { PredictedPlan, PredictionInput } from './predicted-plan.ts';
import { readNeighbours } from './read-neighbours.ts';
import { tellWhatGoesWith } from './tell-what-goes-with.ts';
import type { MemoryOptions } from './unchanged-memory.ts';

export interface PredictionPorts {
  /** The cluster under the identity that would apply: it refuses today what it would refuse then. */
  readonly cluster: Cluster;
  /** The same one under an identity that may read what decides on everything. */
  readonly own: Pick<Cluster, 'surroundings' | 'admission'>;
  /** `Ledgers.digestKey`. */
  readonly digestKey: Uint8Array;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly metrics: Pick<Metrics, 'planned'>;
  /** null: everything is asked anew, as a release has to. */
  readonly memory: PlanMemory | null;
}

/** Where plans remember what dry runs of theirs found to change nothing. */
export type PlanMemory = Pick<MemoryOptions, 'known'>;

/**
 * What merging (or releasing) does to one environment, as the API server predicts it. Writes nothing. Rejects where the
 * cluster does not answer: a partial plan is no plan.
 */
export async function predictPlan(
  input: PredictionInput,
  ports: PredictionPorts,
  signal: AbortSignal,
): Promise<PredictedPlan> {
  const started = ports.clock.monotonic();
  // The first failure ends all that was asked at the same time.
  const siblings = new AbortController();
  try {
    const plan = await predict(input, ports, AbortSignal.any([signal, siblings.signal]));
    const seconds = (ports.clock.monotonic() - started) / 1000;
    ports.metrics.planned(ports.cluster.name, plan.objects.length, seconds);
    return plan;
  } catch (error) {
    siblings.abort(error);
    throw error;
  }
}

async function predict(input: PredictionInput, ports: PredictionPorts, signal: AbortSignal): Promise<PredictedPlan> {
  const { environment, applySet, allowance } = input;
  const { cluster, clock, digestKey } = ports;
  const [{ kinds, listed }, clusterVersion] = await Promise.all([
    discoverKinds(input, cluster, signal),
    cluster.version(signal),
  ]);
  const released = input.released === 'unrenderable' ? null : input.released;
  const occurring = subjectsOf({ ...input, released, namespace: environment.namespace, kinds, listed });
  const { subjects: all, orphaned } = await findOrphans(occurring, { ...input, cluster }, signal);
  const emptiness = emptyRender(input);
  const subjects = emptiness === null ? all : all.flatMap((subject) => stopped(subject, emptiness) ?? []);

  const memory = ports.memory && {
    ...ports.memory,
    own: ports.own,
    impersonate: allowance.impersonate,
    key: digestKey,
  };
  const settings = { environment, applySet, releasedKnown: input.released !== 'unrenderable' };
  const unanswered = input.compared.pullRequest === null ? 'thrown' : 'told';
  const evidence = await collectEvidence(subjects, { ...settings, unanswered, cluster, signal }, memory);
  const alone = evidence.map(([subject, found]) => judge(subject, found, settings));
  const meant = withMeantDeletions(withRenamedKinds(alone));
  const readers = await findNamespaceReaders(meant, cluster, ports.own, signal);
  const together = withPrerequisites(meant, allowance.impersonate, readers);
  const withinQuotas = await applyQuotas(withLostGround(withProposedSchemas(together)), cluster, signal);
  const autoscaled = await findAutoscalers(withUncheckedPods(withFailedHooks(withinQuotas)), cluster, signal);
  const { namespaces } = allowance;
  const judgements = await tellWhatGoesWith(autoscaled, { cluster, namespaces, signal });
  const neighbours = await readNeighbours(judgements, cluster, signal);
  const at = isoTime(clock.now());
  const problems = [...(emptiness === null ? [] : [emptiness]), ...orphanRemarks(orphaned, input)];
  const { plan, judged } = assemblePlan(
    { ...input, cluster: cluster.name, clusterVersion, at, problems, neighbours, key: digestKey },
    judgements,
  );
  const objects = judged.flatMap(({ judgement, change }) => {
    const { subject, desired, live, after, needs, left, takeover } = judgement;
    if (desired === null && change === null) return [];
    const leaves = left.length === 0 ? {} : { left: left.map(({ field }) => field) };
    const hook = subject.written?.hook;
    const planned = { reference: subject.reference, desired, live, after, change, needs, ...(hook && { hook }) };
    return { ...planned, ...leaves, ...(takeover && { takeover }) };
  });
  return { plan, objects, orphaned };
}

// An environment that renders nothing is a mistake far more often than a wish: nothing is deleted because of it.
function emptyRender({ merged, ledger, environment }: PredictionInput): Problem | null {
  const owned = ledger?.inventory.length ?? 0;
  if (owned === 0 || (merged !== null && merged.manifests.length > 0)) return null;
  const found = merged === null ? 'is not there any more' : 'holds no manifest';
  const message = `the path "${environment.path}" ${found}, and ${owned} released objects would be deleted: an empty rendering deletes nothing. To remove the environment, take it out of the settings as well`;
  return { file: null, line: null, path: null, message };
}

function stopped(subject: Subject, { message }: Problem): Subject | null {
  return subject.entry === null ? null : { ...subject, stop: { code: 'refused-manifest', message } };
}
