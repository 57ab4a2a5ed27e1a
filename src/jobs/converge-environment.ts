import { allowanceFor } from '../domain/allowance.ts';
import type { JobOf } from '../domain/job.ts';
import { ledgerKeyOf } from '../domain/ledger.ts';
import type { ReleaseState, Wanted } from '../domain/release.ts';
import type { JobContext } from '../ports/handler.ts';
import { release } from '../release/apply/release.ts';
import { decideRelease } from '../release/decide-release.ts';
import { leaveEnvironment } from '../release/leave/leave-environment.ts';
import { convergedState } from '../release/observe/converged-state.ts';
import { publishReport } from '../release/publish-report.ts';
import type { ReleasePorts } from '../release/release-ports.ts';
import { sayingFailures } from '../release/saying-failures.ts';

/**
 * Brings an environment to what forge says it should be: plans, applies, and leaves the verdict to whoever observes.
 * Everything is read anew, so that it may run twice, late or after a crash, with the same end.
 */
export async function convergeEnvironment(
  job: JobOf<'converge-environment'>,
  ports: ReleasePorts,
  context: JobContext,
): Promise<void> {
  const desired = await ports.records.desired(job.repository, job.environment);
  if (desired?.departure?.cluster === job.cluster) {
    return leaveEnvironment({ job, desired, departure: desired.departure }, ports, context);
  }
  if (desired?.kind !== 'wanted' || desired.environment.cluster !== job.cluster) {
    context.log.debug('nothing is desired here', { desired: desired?.kind ?? null });
    return;
  }
  await sayingFailures(job, desired, ports, context, () => converge(job, desired, ports, context));
}

async function converge(
  job: JobOf<'converge-environment'>,
  desired: Wanted,
  ports: ReleasePorts,
  context: JobContext,
): Promise<void> {
  const say = (state: ReleaseState) => publishReport(desired, desired.commit, state, ports);
  const allowance = allowanceFor([ports.access.entry], desired);
  if (allowance.kind === 'denied') return say({ kind: 'blocked', reasons: [allowance.reason], plan: null });

  const key = ledgerKeyOf(desired);
  const ledger = await ports.access.ledgers.read(key, context.signal);
  const report = await ports.records.report(job.repository, job.environment);
  const decision = decideRelease(desired, ledger, report);
  context.log.debug('release decided', { decision: decision.kind, commit: desired.commit, asked: desired.asked.kind });
  switch (decision.kind) {
    case 'nothing':
      return;
    case 'say':
      return say(decision.state);
    case 'observe':
      return ports.queue.ask({ ...job, kind: 'observe-environment' });
    case 'unchanged':
      return say({ kind: 'unchanged', objects: decision.ledger.inventory.length });
    case 'say-converged': {
      const cluster = ports.access.as(allowance.impersonate);
      return say(await convergedState(decision.ledger, decision.released, cluster, context.signal));
    }
    case 'release':
      return release({ job, desired, allowance }, ports, context);
  }
}
