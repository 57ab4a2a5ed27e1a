import { allowanceFor } from '../domain/allowance.ts';
import {
  type AffectedEnvironment,
  affectedEnvironment,
  type Inspection,
  type PlanOutcome,
} from '../domain/inspection.ts';
import { isoTime } from '../domain/iso-time.ts';
import type { JobOf } from '../domain/job.ts';
import { sameJson } from '../domain/json.ts';
import { type Ledger, ledgerKeyOf } from '../domain/ledger.ts';
import { inspectionOf, presentationOf } from '../domain/merge-group.ts';
import type { Rendering } from '../domain/rendering.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterAccess } from '../ports/cluster-access.ts';
import type { JobContext } from '../ports/handler.ts';
import type { KnownUnchanged } from '../ports/known-unchanged.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import { completeInventory } from '../predict/complete-inventory.ts';
import { failureOf, failureSentence } from '../predict/failure-sentence.ts';
import { findRendering } from '../predict/find-rendering.ts';
import { type FactsRecords, isRenderedForAnother } from '../predict/keep-cluster-facts.ts';
import { predictPlan } from '../predict/predict-plan.ts';

export interface PredictPorts {
  readonly access: ClusterAccess;
  readonly records: Pick<Records, 'inspection' | 'rendering' | 'plan' | 'savePlan'> & FactsRecords;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'planned'>;
  readonly known: KnownUnchanged;
}

/** What merging a pull request would do to one environment, as its cluster says: a plan, or why there is none. */
export async function predictEnvironment(
  job: JobOf<'predict-environment'>,
  ports: PredictPorts,
  context: JobContext,
): Promise<void> {
  const { repository, number } = job;
  const inspection = await ports.records.inspection(repository, number);
  if (inspection === null) return ports.queue.ask(inspectionOf(repository, number));
  const affected = affectedEnvironment(inspection, job);
  // Inspected again since, and no longer affected here: forge has presented that already.
  if (affected === null) return;
  const save = async (outcome: PlanOutcome): Promise<void> => {
    const { head, base } = inspection;
    // Inspected again meanwhile: forge has asked anew, or bound a plan that still holds to the new base.
    const now = await ports.records.inspection(repository, number);
    const isSame = now?.head === head && now.base === base && sameJson(affectedEnvironment(now, job), affected);
    if (now !== null && !isSame) return;
    await ports.records.savePlan(repository, number, job.environment, { head, base, outcome });
    await ports.queue.ask(presentationOf(repository, number));
  };
  const fail = (reason: string) => save({ kind: 'failed', reason, at: isoTime(ports.clock.now()) });
  try {
    const outcome = await predict(job, { inspection, affected }, ports, context);
    if (outcome !== null) await save(outcome);
  } catch (error) {
    const sentence = failureSentence(failureOf(error, context), job.cluster);
    // Said at the first failure: a check that waits for a cluster that is down would wait without a word. Who gives it
    // up says the last word: `say-cluster-failure.ts`.
    if (sentence !== null) await fail(`${sentence}; trying again`);
    throw error;
  }
}

/** null: something is missed in the records, and has been asked for. */
async function predict(
  job: JobOf<'predict-environment'>,
  from: { readonly inspection: Inspection; readonly affected: AffectedEnvironment },
  ports: PredictPorts,
  context: JobContext,
): Promise<PlanOutcome | null> {
  const { inspection, affected } = from;
  const { environment } = affected;
  const { repository } = inspection;
  // Asked again, of the worker's own file: what forge believes sends nothing to this cluster.
  const allowance = allowanceFor([ports.access.entry], {
    repository,
    environment,
    defaultBranch: inspection.defaultBranch,
  });
  const at = isoTime(ports.clock.now());
  if (allowance.kind === 'denied') return { kind: 'failed', reason: allowance.reason, at };

  const base = await readRendering(affected.baseRendering, job, ports);
  const merged = await readRendering(affected.mergedRendering, job, ports);
  if (base === 'asked' || merged === 'asked') return null;
  const own = { cluster: ports.access.own, records: ports.records };
  const rendered = { rendering: merged ?? base, madeFor: affected.facts ?? null };
  if (await isRenderedForAnother(rendered, own, context.signal)) {
    await ports.queue.ask(inspectionOf(repository, job.number));
    return null;
  }
  const { ledgers } = ports.access;
  const key = ledgerKeyOf({ repository, environment });
  const stored = await ledgers.read(key, context.signal);
  const released = await readReleased(stored, job, ports);
  if (released === 'asked') return null;
  const cluster = ports.access.as(allowance.impersonate);
  const ledger = stored && (await completeInventory(stored, cluster, context.signal));

  const { head, visibility, number } = inspection;
  const compared = { released: ledger?.released?.commit ?? null, base: inspection.base, head, pullRequest: number };
  const applySet = ledgers.applySet(key);
  const question = {
    repository,
    visibility,
    environment,
    allowance,
    compared,
    ledger,
    applySet,
    released,
    base,
    merged,
  };
  const digestKey = await ledgers.digestKey(context.signal);
  const asking = { ...ports, cluster, own: ports.access.own, digestKey, memory: { known: ports.known } };
  const { plan } = await predictPlan(question, asking, context.signal);
  context.log.info('environment predicted', { digest: plan.digest, changes: plan.changes.length });
  // As of when it began: a release that ended meanwhile may not be in it.
  return { kind: 'planned', plan: { ...plan, at } };
}

/** Base and merged renderings are made by the inspection: where one is missed, that is asked for again. */
async function readRendering(
  id: string | null,
  { repository, number }: JobOf<'predict-environment'>,
  ports: PredictPorts,
): Promise<Rendering | null | 'asked'> {
  if (id === null) return null;
  const rendering = await ports.records.rendering(id);
  if (rendering !== null && rendering !== 'unrenderable') return rendering;
  await ports.queue.ask(inspectionOf(repository, number));
  return 'asked';
}

function readReleased(
  ledger: Ledger | null,
  job: JobOf<'predict-environment'>,
  ports: PredictPorts,
): Promise<Rendering | 'unrenderable' | 'asked' | null> {
  const released = ledger?.released ?? null;
  return released === null ? Promise.resolve(null) : findRendering(released, job, ports);
}
