import { allowanceFor } from '../domain/allowance.ts';
import type { JobOf } from '../domain/job.ts';
import { ledgerKeyOf } from '../domain/ledger.ts';
import { orphanedBy } from '../domain/orphaned.ts';
import type { Wanted } from '../domain/release.ts';
import type { JobContext } from '../ports/handler.ts';
import { findRendering } from '../predict/find-rendering.ts';
import { isSaid, releasedAsDesired } from '../release/decide-release.ts';
import { convergedState } from '../release/observe/converged-state.ts';
import { observeRelease } from '../release/observe/observe-release.ts';
import { publishReport } from '../release/publish-report.ts';
import type { ReleasePorts } from '../release/release-ports.ts';
import { sayingFailures } from '../release/saying-failures.ts';

/**
 * Looks on until a release that was applied has its verdict: health, prune, settle. Holds the environment's lock only
 * while it deletes, so that it is never in the way of a newer commit; a release that was overtaken is left silently.
 */
export async function observeEnvironment(
  job: JobOf<'observe-environment'>,
  ports: ReleasePorts,
  context: JobContext,
): Promise<void> {
  const desired = await ports.records.desired(job.repository, job.environment);
  // Without it neither the settings nor the timeouts are known: the sweep writes it again, and asks again.
  // Where nothing is to be released any more, nothing is deleted any more.
  if (desired?.kind !== 'wanted' || desired.environment.cluster !== job.cluster) return;
  await sayingFailures(job, desired, ports, context, () => observe(job, desired, ports, context));
}

async function observe(
  job: JobOf<'observe-environment'>,
  desired: Wanted,
  ports: ReleasePorts,
  context: JobContext,
): Promise<void> {
  const allowance = allowanceFor([ports.access.entry], desired);
  if (allowance.kind === 'denied') return;
  const ledger = await ports.access.ledgers.read(ledgerKeyOf(desired), context.signal);
  const released = releasedAsDesired(desired, ledger);
  if (ledger === null || released === null) return;

  const report = await ports.records.report(job.repository, job.environment);
  const cluster = ports.access.as(allowance.impersonate);
  if (released.phase !== 'observing' && isSaid(report, released.commit, [released.phase])) return;
  if (released.phase === 'converged') {
    // A verdict that was written and not said: this job died between the two.
    if (isSaid(report, desired.commit, ['converged', 'unchanged'])) return;
    const state = await convergedState(ledger, released, cluster, context.signal);
    return publishReport(desired, released.commit, state, ports);
  }

  const rendering = await findRendering(released, job, ports);
  if (rendering === 'asked') return;
  if (rendering === 'unrenderable') {
    const reasons = ['its manifests can no longer be made: nothing was pruned, /sync releases anew'];
    const left = orphanedBy(ledger, released.commit, job.cluster);
    return publishReport(desired, released.commit, { kind: 'diverged', reasons, ...left }, ports);
  }
  const observed = await observeRelease({ desired, ledger, released, rendering, cluster }, ports, context);
  context.log.debug('release observed', { commit: released.commit, observed: observed.kind });
  if (observed.kind === 'unfinished') await ports.queue.ask(job, { delayMs: observed.againInMs });
}
