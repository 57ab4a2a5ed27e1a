import { canonicalSettings, type Environment, type Settings } from '../domain/environment.ts';
import { type JobOf, sweepOf } from '../domain/job.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import { isVerdict } from '../domain/release.ts';
import { type CommitId, type Repository, repositoryName } from '../domain/repository.ts';
import type { CheckRuns, PullRequests, Repositories, Statuses } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import { aggregateName } from '../present/check-run/seen-head.ts';
import { type DepartureGit, departures } from './desire/departures.ts';
import { isUnsaid } from './desire/leave-removed.ts';
import { readSettings, type SettingsReading } from './repository/read-settings.ts';
import { isTold } from './said/is-told.ts';

export interface SweepPorts {
  readonly forge: Repositories & PullRequests & CheckRuns & Statuses;
  readonly git: DepartureGit & Pick<Git, 'tip'>;
  readonly records: Pick<Records, 'inspection' | 'desired' | 'report' | 'told' | 'leaving'>;
  readonly queue: Queue;
}

/**
 * Finds what webhooks missed, without any webhook: open pull requests without a plan of their head and base, merged
 * ones that were never released, environments behind their branch or removed. Asks for the ordinary jobs, at low priority.
 */
export async function sweep(job: JobOf<'sweep'>, ports: SweepPorts, context: JobContext): Promise<void> {
  const failures: unknown[] = [];
  for (const repository of await ports.forge.repositories(job.installation)) {
    context.signal.throwIfAborted();
    try {
      await sweepRepository(repository, ports);
    } catch (error) {
      // One that cannot be read keeps nobody from what is to be found in the others.
      context.log.warn('repository could not be swept', { repository: repositoryName(repository), error });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function sweepRepository(repository: Repository, ports: SweepPorts): Promise<void> {
  const reading = await readSettings(repository, ports);
  if (reading.kind === 'gone') return;
  // Without readable settings every pull request must still be told so, or be left alone by its own inspection.
  const settings = reading.kind === 'read' ? reading.settings : null;
  const open = await ports.forge.openPullRequests(repository, null);
  for (const pull of open) {
    if (await lacksPlan(pull, open, ports)) await askToInspect(pull, ports);
  }
  if (settings !== null) await sweepBranches(repository, settings, ports);
  if (reading.kind !== 'invalid') await sweepRemoved(reading, ports);
}

/** Environments that the settings name no more, of which that is not said yet. */
async function sweepRemoved(
  reading: Extract<SettingsReading, { readonly kind: 'read' | 'absent' }>,
  ports: SweepPorts,
): Promise<void> {
  const { repository, defaultBranch: branch } = reading.facts;
  for (const departure of await departures(reading, ports.git)) {
    if (!departure.removed || !(await isUnsaid(repository, departure, ports))) continue;
    return ports.queue.ask(sweepOf(repository, branch), { priority: 'low' });
  }
}

async function askToInspect(pull: PullRequest, ports: SweepPorts): Promise<void> {
  const { repository, number } = pull;
  await ports.queue.ask({ kind: 'inspect-pull-request', repository, number }, { priority: 'low' });
}

/** Lacks one when no finished check run on its head was computed from the base branch's tip as it is now. */
async function lacksPlan(pull: PullRequest, open: readonly PullRequest[], ports: SweepPorts): Promise<boolean> {
  const runs = await ports.forge.checkRuns(pull.repository, pull.head.commit);
  const aggregate = runs.find((run) => run.name === aggregateName);
  if (aggregate === undefined || aggregate.conclusion === null) return true;
  const [number, base] = aggregate.externalId.split(':');
  const tip = await ports.git.tip(pull.repository, pull.base.ref);
  if (tip === null) return false;
  if (Number(number) === pull.number) return base !== tip;
  // Of two pull requests on one head, the check run shows the worse: the other one's number stands on it, while it is
  // there.
  const other = open.find((candidate) => candidate.number === Number(number));
  return other?.head.commit !== pull.head.commit || !(await isInspected(pull, tip, ports));
}

async function isInspected(pull: PullRequest, base: CommitId, ports: SweepPorts): Promise<boolean> {
  const inspection = await ports.records.inspection(pull.repository, pull.number);
  return inspection !== null && inspection.head === pull.head.commit && inspection.base === base;
}

async function sweepBranches(repository: Repository, settings: Settings, ports: SweepPorts): Promise<void> {
  const branches = new Set(settings.environments.map(({ follow }) => follow.branch));
  for (const branch of branches) {
    const tip = await ports.git.tip(repository, branch);
    if (tip === null) continue;
    const followers = settings.environments.filter(
      ({ follow, mode }) => follow.branch === branch && mode !== 'observe',
    );
    const behind = await Promise.all(followers.map((environment) => isBehind(repository, environment, tip, ports)));
    if (!behind.includes(true)) continue;
    await ports.queue.ask(sweepOf(repository, branch), { priority: 'low' });
  }
}

/** Behind, or not known to be at its branch's tip with the settings of now: a release in progress is asked for again, which changes nothing. */
async function isBehind(
  repository: Repository,
  environment: Environment,
  tip: CommitId,
  ports: SweepPorts,
): Promise<boolean> {
  const desired = await ports.records.desired(repository, environment.name);
  if (desired === null || desired.commit !== tip || desired.settings !== canonicalSettings(environment)) return true;
  const report = await ports.records.report(repository, environment.name);
  if (report === null || report.commit !== tip) return true;
  if (!isVerdict(report)) return true;
  // It is where it should be, and perhaps nobody knows: GitHub may have been away when that was to be said.
  if (!(await isTold(report, ports))) {
    const say = { kind: 'report-release', repository, environment: environment.name } as const;
    await ports.queue.ask(say, { priority: 'low' });
  }
  return false;
}
