import type { Allowance } from '../../domain/allowance.ts';
import { type JobOf, sweepOf } from '../../domain/job.ts';
import { type Ledger, ledgerKeyOf } from '../../domain/ledger.ts';
import type { Plan } from '../../domain/plan.ts';
import { precedesSync, type ReleaseState, type Wanted } from '../../domain/release.ts';
import type { Rendering } from '../../domain/rendering.ts';
import { isAwaited } from '../../plan/relations/waves.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { JobContext } from '../../ports/handler.ts';
import { completeInventory } from '../../predict/complete-inventory.ts';
import { findRendering } from '../../predict/find-rendering.ts';
import { isRenderedForAnother } from '../../predict/keep-cluster-facts.ts';
import { predictPlan } from '../../predict/predict-plan.ts';
import type { PredictedPlan } from '../../predict/predicted-plan.ts';
import { decideRelease, rendersNothing } from '../decide-release.ts';
import { isOvertaken } from '../is-overtaken.ts';
import { lockWaitMs } from '../lock-wait.ts';
import { publishReport } from '../publish-report.ts';
import type { ReleasePorts } from '../release-ports.ts';
import { spacing } from '../spacing.ts';
import { type Words, wordsFor } from '../words-for.ts';
import { type Applying, type ApplyResult, applyPlan } from './apply-plan.ts';
import { attemptUnderWay } from './attempt-under-way.ts';
import { awaitPrerequisites } from './await-prerequisites.ts';
import { gatePlan } from './gate-plan.ts';
import { unannouncedTakeovers } from './unannounced-takeovers.ts';

export interface ReleaseRequest {
  readonly job: JobOf<'converge-environment'>;
  readonly desired: Wanted;
  readonly allowance: Extract<Allowance, { readonly kind: 'allowed' }>;
}

/** What is asked for when the lock is free again. */
type Then = { readonly kind: 'observe' | 'nothing' } | { readonly kind: 'converge-again'; readonly inMs: number };

const observe: Then = { kind: 'observe' };
const nothing: Then = { kind: 'nothing' };
/** What was planned for is no longer there. */
const atOnce: Then = { kind: 'converge-again', inMs: 1_000 };
/** An object that is to be replaced waits for its finalizers, and is asked for now and then; seldom once that lasts. */
const soon: Then = { kind: 'converge-again', inMs: 5_000 };
const someTime: Then = { kind: 'converge-again', inMs: 60_000 };

/** Plans and applies what is desired, under the environment's lock; then asks for who observes it. */
export async function release(request: ReleaseRequest, ports: ReleasePorts, context: JobContext): Promise<void> {
  const key = ledgerKeyOf(request.desired);
  const then = await ports.access.ledgers.withLock(key, lockWaitMs, context.signal, (held) =>
    releaseUnderLock(request, ports, { ...context, signal: held }),
  );
  switch (then.kind) {
    case 'observe':
      return ports.queue.ask({ ...request.job, kind: 'observe-environment' });
    case 'converge-again':
      return ports.queue.ask(request.job, { delayMs: then.inMs });
    case 'nothing':
      return;
  }
}

async function releaseUnderLock(request: ReleaseRequest, ports: ReleasePorts, context: JobContext): Promise<Then> {
  const { desired, allowance } = request;
  const say = (state: ReleaseState) => publishReport(desired, desired.commit, state, ports);
  const cluster = ports.access.as(allowance.impersonate);

  const stored = await ports.access.ledgers.read(ledgerKeyOf(desired), context.signal);
  // Somebody else may have released it while this job waited for the lock.
  const decision = decideRelease(desired, stored, null);
  if (decision.kind !== 'release') return atOnce;
  const renderings = await findRenderings(request, { rendering: decision.rendering, ledger: stored }, ports);
  if (renderings === 'asked') return nothing;
  const { merged, released } = renderings;
  const facts = { cluster: ports.access.own, records: ports.records };
  if (
    merged !== 'unrenderable' &&
    (await isRenderedForAnother({ rendering: merged, madeFor: null }, facts, context.signal))
  ) {
    await ports.queue.ask(sweepOf(desired.repository, desired.environment.follow.branch));
    return nothing;
  }
  if (merged === 'unrenderable' || merged.manifests.length === 0) {
    await say(merged === 'unrenderable' ? unrenderable : rendersNothing);
    return nothing;
  }

  const ledger = stored && (await completeInventory(stored, cluster, context.signal));
  if (ledger?.attempt) await settlePrerequisites(ledger, ports, context.signal);
  const planned = await plan(request, { ledger, merged, released, cluster }, ports, context.signal);
  const takeovers = await unannouncedTakeovers(desired, ledger, planned.plan, ports.records);
  const keptBack = gatePlan({ desired, ledger, plan: planned.plan, takeovers });
  if (keptBack !== null) {
    await say(keptBack);
    return nothing;
  }
  // The newer job has been asked for: whatever it decides, this one is no longer wanted.
  if (await isOvertaken(desired, ports.records)) return nothing;

  const isDue = spacing(ports.clock, Number.NEGATIVE_INFINITY);
  const resumed = attemptUnderWay(desired, ledger) !== null;
  const isQuiet = resumed && (await hasDiverged(desired, ports));
  const progress = async (state: Applying) => (!isQuiet && isDue() ? await say(state) : undefined);
  const { objects, orphaned } = planned;
  const application = { desired, ledger, objects, orphaned, rendering: merged.id, progress };
  const result = await applyPlan(application, { ...ports, cluster }, context.signal);
  context.log.info('release applied', { commit: desired.commit, result: result.kind });
  switch (result.kind) {
    case 'applied':
      await say({ kind: 'observing', ready: 0, of: merged.manifests.length, reasons: [] });
      return observe;
    case 'stale':
      return atOnce;
    case 'replacing':
    case 'running':
      await say(unendedState(result, wordsOf(planned, desired)));
      return result.overdue ? someTime : soon;
    case 'refused':
      await say(refusedState(result, wordsOf(planned, desired), { plan: planned.plan, resumed }));
      return nothing;
  }
}

/** An attempt that goes on after that ended once for everybody, unless somebody asked since: only another end is news. */
async function hasDiverged(desired: Wanted, { records }: ReleasePorts): Promise<boolean> {
  const report = await records.report(desired.repository, desired.environment.name);
  return report?.commit === desired.commit && report.state.kind === 'diverged' && !precedesSync(report, desired);
}

interface Renderings {
  readonly merged: Rendering | 'unrenderable';
  readonly released: Rendering | 'unrenderable' | null;
}

async function findRenderings(
  { job, desired }: ReleaseRequest,
  { rendering, ledger }: { readonly rendering: string; readonly ledger: Ledger | null },
  ports: ReleasePorts,
): Promise<Renderings | 'asked'> {
  const { commit, environment, settings } = desired;
  const merged = await findRendering({ commit, path: environment.path, rendering, settings }, job, ports);
  if (merged === 'asked') return 'asked';
  const before = ledger?.released ?? null;
  const released = before === null ? null : await findRendering(before, job, ports);
  return released === 'asked' ? 'asked' : { merged, released };
}

const unrenderable: ReleaseState = {
  kind: 'blocked',
  reasons: ['its manifests can no longer be made: push again'],
  plan: null,
};

/** After a crash right behind a CRD or namespace: what it made may not be usable yet, and the plan would not know why. */
async function settlePrerequisites(ledger: Ledger, { access, clock }: ReleasePorts, held: AbortSignal): Promise<void> {
  const awaited = ledger.inventory.filter((entry) => isAwaited(entry) && entry.uid !== null);
  await awaitPrerequisites(awaited, { own: access.own, clock }, held, 5_000);
}

async function plan(
  { desired, allowance }: ReleaseRequest,
  from: {
    readonly ledger: Ledger | null;
    readonly merged: Rendering;
    readonly released: Renderings['released'];
    readonly cluster: Cluster;
  },
  ports: ReleasePorts,
  held: AbortSignal,
): Promise<PredictedPlan> {
  const { ledger, merged, released, cluster } = from;
  const { access, clock, metrics } = ports;
  return await predictPlan(
    {
      repository: desired.repository,
      visibility: desired.visibility,
      environment: desired.environment,
      allowance,
      compared: {
        released: ledger?.released?.commit ?? null,
        base: ledger?.released?.commit ?? desired.commit,
        head: desired.commit,
        pullRequest: null,
      },
      ledger,
      applySet: access.ledgers.applySet(ledgerKeyOf(desired)),
      released,
      base: released === 'unrenderable' ? null : released,
      merged,
    },
    { cluster, own: access.own, digestKey: await access.ledgers.digestKey(held), clock, metrics, memory: null },
    held,
  );
}

/** `resumed`: it goes on with what an earlier run began, so that something may be applied already. */
function refusedState(
  { reasons, applied, of }: Extract<ApplyResult, { readonly kind: 'refused' }>,
  words: Words,
  { plan, resumed }: { readonly plan: Plan; readonly resumed: boolean },
): ReleaseState {
  const told = reasons.map(words);
  if (applied === 0 && !resumed) return { kind: 'blocked', reasons: told, plan };
  return { kind: 'diverged', reasons: [...told, appliedWords(applied, of)] };
}

function unendedState(
  { reasons, applied, of, overdue }: Extract<ApplyResult, { readonly kind: 'replacing' | 'running' }>,
  words: Words,
): ReleaseState {
  const told = reasons.map(words);
  return overdue
    ? { kind: 'diverged', reasons: [...told, appliedWords(applied, of)] }
    : { kind: 'observing', ready: applied, of, reasons: told };
}

function appliedWords(applied: number, of: number): string {
  return `${applied} of ${of} objects were applied`;
}

function wordsOf({ objects }: PredictedPlan, desired: Wanted): Words {
  return wordsFor(
    desired,
    objects.flatMap((object) => object.desired ?? []),
    objects.flatMap(({ live }) => (live.kind === 'present' ? [live.object] : [])),
  );
}
