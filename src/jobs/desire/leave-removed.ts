import type { ClusterEntry } from '../../domain/allowance.ts';
import { isoTime } from '../../domain/iso-time.ts';
import { saysOrphaned } from '../../domain/own-status.ts';
import type { Repository, RepositoryFacts } from '../../domain/repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Comments, PullRequests, Repositories, Statuses } from '../../ports/forge.ts';
import type { JobContext } from '../../ports/handler.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import { presentOrphaned } from '../../present/release/status.ts';
import { oneByOne } from '../many/one-by-one.ts';
import { ownStatus } from '../said/own-status.ts';
import { findStoryUrl } from '../said/story-url.ts';
import type { Departed } from './departures.ts';

export interface LeavePorts {
  readonly forge: Pick<Repositories, 'facts'> &
    Pick<PullRequests, 'pullRequestsOf'> &
    Pick<Comments, 'comments'> &
    Statuses;
  readonly records: Pick<Records, 'desired' | 'saveDesired'>;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly clusters: readonly ClusterEntry[];
}

/**
 * Ends environments that the settings do not name any more: what is desired of each is that nothing happens to it, and
 * its cluster is asked how much stays, which the commit that removed it then says.
 */
export async function leaveRemoved(
  removed: readonly Departed[],
  facts: RepositoryFacts,
  ports: LeavePorts,
  context: JobContext,
): Promise<void> {
  const each = removed.map((departed) => () => leaveOne(departed, facts, ports, context));
  await oneByOne(each, context.signal);
}

async function leaveOne(
  departed: Departed,
  facts: RepositoryFacts,
  ports: LeavePorts,
  context: JobContext,
): Promise<void> {
  const { repository } = facts;
  if (!(await isUnsaid(repository, departed, ports))) return;
  const { environment, departure } = departed;
  const { commit, cluster } = departure;
  const { name } = environment;
  await ports.records.saveDesired({
    kind: 'removed',
    repository,
    environment,
    defaultBranch: facts.defaultBranch,
    visibility: facts.visibility,
    commit,
    departure,
    at: isoTime(ports.clock.now()),
  });
  context.log.info('environment removed', { environment: name, commit, cluster });
  if (ports.clusters.some((entry) => entry.name === cluster)) {
    return ports.queue.ask({ kind: 'converge-environment', repository, environment: name, cluster });
  }
  // Nobody is there to count.
  const url = await findStoryUrl({ repository, commit }, ports.forge);
  const orphaned = { cluster, namespace: null, objects: null };
  await ports.forge.setStatus(repository, commit, presentOrphaned(name, orphaned, url));
}

/** Whether anything is left to do about an environment that was removed. */
export async function isUnsaid(
  repository: Repository,
  { environment: { name }, departure: { commit } }: Departed,
  { forge, records }: { readonly forge: Pick<Statuses, 'statuses'>; readonly records: Pick<Records, 'desired'> },
): Promise<boolean> {
  const standing = await ownStatus({ repository, commit, environment: name }, forge);
  if (standing === null || !saysOrphaned(standing)) return true;
  // Somebody who had read older settings may have asked for a release since.
  const desired = await records.desired(repository, name);
  return desired !== null && desired.kind !== 'removed';
}
