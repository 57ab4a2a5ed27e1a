import { aggregateName } from '../domain/check-run.ts';
import { canonicalSettings, type Environment } from '../domain/environment.ts';
import { readExternalId } from '../domain/external-id.ts';
import { type JobOf, sweepOf } from '../domain/job.ts';
import { endOfRelease } from '../domain/outlived-plan.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import { isVerdict } from '../domain/release.ts';
import type { CommitId, Repository } from '../domain/repository.ts';
import type { CheckRuns, PullRequests, Repositories, Statuses } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import { type DepartureGit, departures } from './desire/departures.ts';
import { isUnsaid } from './desire/leave-removed.ts';
import { askForOutlived, type OutlivedPorts } from './inspect/ask-for-outlived.ts';
import { oneByOne } from './many/one-by-one.ts';
import { kept } from './many/reading-once.ts';
import { readSettings, type SettingsReading } from './repository/read-settings.ts';
import { settingsFile } from './repository/settings-at.ts';
import { isTold } from './said/is-told.ts';

export interface SweepRepositoryPorts {
  readonly forge: Pick<Repositories, 'facts' | 'everHeld'> &
    Pick<PullRequests, 'openPullRequests'> &
    Pick<CheckRuns, 'checkRuns'> &
    Pick<Statuses, 'statuses'>;
  readonly git: DepartureGit & Pick<Git, 'tip'>;
  readonly records: Pick<Records, 'desired' | 'report' | 'told' | 'orphanCount'> & OutlivedPorts['records'];
  readonly queue: Queue;
}

/**
 * Finds what webhooks missed of a repository, without any webhook: open pull requests without a plan of their head and
 * base, or with one that a release has outlived, merged ones that were never released, environments behind their branch or removed. Asks for the ordinary jobs,
 * at low priority. A repository that never had settings costs one request: of a pull request that brings its first ones
 * only a webhook tells.
 */
export async function sweepRepository(
  { repository }: JobOf<'sweep-repository'>,
  ports: SweepRepositoryPorts,
  context: JobContext,
): Promise<void> {
  if (!(await ports.forge.everHeld(repository, settingsFile))) return;
  const reading = await readSettings(repository, ports);
  if (reading.kind === 'gone') return;
  const swept: Swept = { reading, tip: tipsOf(reading, ports.git), ports, signal: context.signal };
  await oneByOne(
    [() => sweepPullRequests(swept), () => sweepBranches(swept), () => sweepRemoved(swept)],
    context.signal,
  );
}

type KnownSettings = Exclude<SettingsReading, { readonly kind: 'gone' }>;

interface Swept {
  readonly reading: KnownSettings;
  /** As it is now; asked of the remote once for each branch. */
  readonly tip: (branch: string) => Promise<CommitId | null>;
  readonly ports: SweepRepositoryPorts;
  readonly signal: AbortSignal;
}

function tipsOf({ facts, commit }: KnownSettings, git: Pick<Git, 'tip'>): Swept['tip'] {
  const tips = kept((repository, branch: string) => git.tip(repository, branch));
  // The settings were read at that tip a moment ago.
  tips.put([facts.repository, facts.defaultBranch], commit);
  return (branch) => tips.read(facts.repository, branch);
}

async function sweepPullRequests(swept: Swept): Promise<void> {
  const { reading, ports, signal } = swept;
  const open = await ports.forge.openPullRequests(reading.facts.repository, null);
  const looks = open.map((pull) => async () => {
    if (!(await lacksPlan(pull, open, swept))) return;
    const { repository, number } = pull;
    await ports.queue.ask({ kind: 'inspect-pull-request', repository, number }, { priority: 'low' });
  });
  await oneByOne([...looks, () => replanOutlived(open, swept)], signal);
}

/** What a release has outlived since: its end may have been told to nobody. */
async function replanOutlived(open: readonly PullRequest[], { reading, ports }: Swept): Promise<void> {
  if (reading.kind !== 'read' || open.length === 0) return;
  const ends = new Map<string, string | null>();
  for (const { name } of reading.settings.environments) {
    const report = await ports.records.report(reading.facts.repository, name);
    ends.set(name, report === null ? null : endOfRelease(report));
  }
  await askForOutlived(open, ends, ports);
}

/** Lacks one when no finished check run on its head was computed from the base branch's tip as it is now. */
async function lacksPlan(pull: PullRequest, open: readonly PullRequest[], swept: Swept): Promise<boolean> {
  const { reading, ports } = swept;
  const runs = await ports.forge.checkRuns(pull.repository, pull.head.commit);
  const aggregate = runs.find((run) => run.name === aggregateName);
  // Without settings it is left alone, unless it was spoken to. Unreadable ones are to be told of.
  if (aggregate === undefined) return reading.kind !== 'absent';
  const made = readExternalId(aggregate.externalId);
  if (aggregate.conclusion === null || made === null) return true;
  const tip = await swept.tip(pull.base.ref);
  if (tip === null) return false;
  if (made.number === pull.number) {
    if (made.base !== tip) return true;
    // A failure may promise that it is tried again, and what was to do so is lost with Redis: with it, what was found out.
    return aggregate.conclusion === 'failure' && !(await isInspected(pull, tip, ports));
  }
  // Of two pull requests on one head, the check run shows the worse: the other one's number stands on it, while it is
  // there.
  const other = open.find(({ number }) => number === made.number);
  return other?.head.commit !== pull.head.commit || !(await isInspected(pull, tip, ports));
}

async function isInspected(pull: PullRequest, base: CommitId, { records }: SweepRepositoryPorts): Promise<boolean> {
  const inspection = await records.inspection(pull.repository, pull.number);
  return inspection !== null && inspection.head === pull.head.commit && inspection.base === base;
}

async function sweepBranches({ reading, tip, ports, signal }: Swept): Promise<void> {
  if (reading.kind !== 'read') return;
  const { repository } = reading.facts;
  const { environments } = reading.settings;
  const branches = new Set(environments.map(({ follow }) => follow.branch));
  const looks = [...branches].map((branch) => async () => {
    const commit = await tip(branch);
    if (commit === null) return;
    const followers = environments.filter(({ follow }) => follow.branch === branch);
    // Most of them look at the same commit.
    const statuses = kept((of, sha: CommitId) => ports.forge.statuses(of, sha)).read;
    const sharing = { ...ports, forge: { ...ports.forge, statuses } };
    const behind = await Promise.all(
      followers.map((environment) => isBehind(repository, environment, commit, sharing)),
    );
    if (behind.includes(true)) await ports.queue.ask(sweepOf(repository, branch), { priority: 'low' });
  });
  await oneByOne(looks, signal);
}

/** Behind, or not known to be at its branch's tip with the settings of now: a release in progress is asked for again, which changes nothing. */
async function isBehind(
  repository: Repository,
  environment: Environment,
  tip: CommitId,
  ports: SweepRepositoryPorts,
): Promise<boolean> {
  const desired = await ports.records.desired(repository, environment.name);
  // Nothing is released of it: only what was desired before must go no further.
  if (environment.mode === 'observe') return desired?.kind === 'wanted';
  if (desired?.kind !== 'wanted' || desired.commit !== tip) return true;
  if (desired.settings !== canonicalSettings(environment)) return true;
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

/** Environments that the settings name no more, of which that is not said yet. */
async function sweepRemoved({ reading, ports }: Swept): Promise<void> {
  if (reading.kind === 'invalid') return;
  const { repository, defaultBranch: branch } = reading.facts;
  for (const departed of await departures(reading, ports.git)) {
    if (!departed.removed || !(await isUnsaid(repository, departed, ports))) continue;
    return ports.queue.ask(sweepOf(repository, branch), { priority: 'low' });
  }
}
