import { allowanceFor } from '../../domain/allowance.ts';
import type { JobOf } from '../../domain/job.ts';
import { ledgerKeyOf } from '../../domain/ledger.ts';
import type { Departure, Desired } from '../../domain/release.ts';
import { releasedSettings } from '../../plan/settings/released-settings.ts';
import type { JobContext } from '../../ports/handler.ts';
import { publishReport } from '../publish-report.ts';
import type { ReleasePorts } from '../release-ports.ts';
import { sayingFailures } from '../saying-failures.ts';
import { leaveCluster } from './leave-cluster.ts';

export interface LeaveQuestion {
  readonly job: JobOf<'converge-environment'>;
  readonly desired: Desired;
  readonly departure: Departure;
}

/**
 * What converging means in a cluster where the settings do not want the environment any more: nothing is applied and
 * nothing deleted, and how many objects stay is said.
 */
export async function leaveEnvironment(
  { job, desired, departure }: LeaveQuestion,
  ports: ReleasePorts,
  context: JobContext,
): Promise<void> {
  const work = async (): Promise<void> => {
    const allowance = await allowanceHere(desired, ports, context);
    const result = await leaveCluster({ desired, departure, allowance }, ports, context);
    context.log.info('environment left', { commit: departure.commit, desired: desired.kind, result: result.kind });
    if (result.kind === 'back') return;
    const { commit } = departure;
    const { orphaned } = result;
    if (desired.kind === 'removed') return publishReport(desired, commit, { kind: 'orphaned', orphaned }, ports);
    const { repository, environment, cluster } = job;
    await ports.records.saveOrphanCount({ repository, environment, cluster, commit, orphaned });
    await ports.queue.ask({ kind: 'report-release', repository, environment });
  };
  // The status of a commit that moved it speaks of the cluster that it moved to: a failure of this one is not said there.
  return desired.kind === 'removed' ? sayingFailures(job, desired, ports, context, work) : work();
}

/** As it was here, by this worker's own file: the settings of now may say another namespace. */
async function allowanceHere(desired: Desired, { access }: ReleasePorts, { signal }: JobContext) {
  const ledger = await access.ledgers.read(ledgerKeyOf(desired), signal);
  const [before] = releasedSettings(ledger);
  const { name, follow, namespace } = desired.environment;
  return allowanceFor([access.entry], {
    repository: desired.repository,
    environment: { name, follow, cluster: access.entry.name, namespace: before?.namespace ?? namespace },
    defaultBranch: desired.defaultBranch,
  });
}
