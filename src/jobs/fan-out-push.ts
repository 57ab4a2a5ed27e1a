import { canonicalSettings } from '../domain/environment.ts';
import { type JobOf, sweepOf } from '../domain/job.ts';
import { repositoryName } from '../domain/repository.ts';
import type { PullRequests } from '../ports/forge.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Records } from '../ports/records.ts';
import { departures } from './desire/departures.ts';
import { desireEnvironments } from './desire/desire-environments.ts';
import { leaveRemoved } from './desire/leave-removed.ts';
import type { DesirePorts } from './desire/wish.ts';
import { oneByOne } from './many/one-by-one.ts';
import { readSettings, type SettingsReading } from './repository/read-settings.ts';
import { readSettingsFile } from './repository/settings-at.ts';

export type FanOutPorts = DesirePorts & {
  readonly forge: Pick<PullRequests, 'openPullRequests'>;
  readonly records: Pick<Records, 'inspection'>;
};

/**
 * Brings every environment that follows a branch to the branch's tip: writes what is desired, says on the commit that
 * it is pending, asks for the release. A push to the default branch also brings those to the settings of now that
 * follow another one, and ends those that the settings name no more. Asks to inspect the open pull requests on this
 * branch again, whose base has moved.
 */
export async function fanOutPush(job: JobOf<'fan-out-push'>, ports: FanOutPorts, context: JobContext): Promise<void> {
  const reading = await readSettings(job.repository, ports);
  if (reading.kind === 'gone') return;
  if (reading.kind === 'invalid') {
    // The release waits for readable settings; the pull requests below say what is wrong with them.
    context.log.warn('settings cannot be read: nothing new is released', {
      repository: repositoryName(job.repository),
    });
  }
  const parts = [
    () => askOtherBranches(job, reading, ports),
    () => desireFollowers(job, reading, ports, context),
    () => askToInspect(job, reading, ports),
    () => endRemoved(job, reading, ports, context),
  ];
  await oneByOne(parts, context.signal);
}

type FanOut = JobOf<'fan-out-push'>;
type KnownSettings = Exclude<SettingsReading, { readonly kind: 'gone' }>;

async function desireFollowers(job: FanOut, reading: KnownSettings, ports: FanOutPorts, context: JobContext) {
  if (reading.kind !== 'read') return;
  const environments = reading.settings.environments.filter(({ follow }) => follow.branch === job.branch);
  const asked = { kind: job.asked };
  await desireEnvironments({ reading, environments, before: job.before, asked }, ports, context);
}

/** Every open pull request when settings may have changed, else those whose base this is. */
async function askToInspect(job: FanOut, reading: KnownSettings, ports: FanOutPorts): Promise<void> {
  const { repository, branch } = job;
  if (job.asked === 'sweep') return;
  // A repository without settings is left alone, once what was said while it had some is ended.
  if (reading.kind === 'absent' && !(await takesSettingsAway(job, reading, ports))) return;
  const isDefault = branch === reading.facts.defaultBranch;
  const open = await ports.forge.openPullRequests(repository, isDefault ? null : branch);
  const tip = isDefault || open.length === 0 ? reading.commit : await ports.git.tip(repository, branch);
  for (const { number, head, base: onto } of open) {
    const known = await ports.records.inspection(repository, number);
    // Where this push is tried again: it has been planned since.
    if (onto.ref === branch && known?.base === tip && known.head === head.commit) continue;
    await ports.queue.ask({ kind: 'inspect-pull-request', repository, number }, { priority: 'low' });
  }
}

async function takesSettingsAway({ branch, before }: FanOut, { facts, commit }: KnownSettings, { git }: FanOutPorts) {
  const { repository, defaultBranch } = facts;
  if (branch !== defaultBranch) return false;
  const [, parent = null] = await git.history(repository, commit, 2);
  const earlier = (before === null ? null : await git.fetchCommit(repository, before)) ?? parent;
  if (earlier === null) return false;
  return (await readSettingsFile(repository, await git.tree(repository, earlier), git)).kind !== 'absent';
}

async function endRemoved({ branch }: FanOut, reading: KnownSettings, ports: FanOutPorts, context: JobContext) {
  if (reading.kind === 'invalid' || branch !== reading.facts.defaultBranch) return;
  const removed = (await departures(reading, ports.git)).filter((departed) => departed.removed);
  await leaveRemoved(removed, reading.facts, ports, context);
}

/**
 * The settings are those of the default branch, whichever branch an environment follows: what a push changes in them
 * takes effect at once. Asked for as the sweep does, which compares the same: the push was no push of the other branch.
 */
async function askOtherBranches(job: FanOut, reading: KnownSettings, ports: FanOutPorts): Promise<void> {
  const { repository, defaultBranch } = reading.facts;
  if (reading.kind !== 'read' || job.asked !== 'push' || job.branch !== defaultBranch) return;
  const behind = new Set<string>();
  for (const environment of reading.settings.environments) {
    const { name, follow } = environment;
    if (follow.branch === defaultBranch) continue;
    const desired = await ports.records.desired(repository, name);
    const isKnown = desired !== null && desired.kind !== 'removed';
    if (!isKnown || canonicalSettings(desired.environment) !== canonicalSettings(environment))
      behind.add(follow.branch);
  }
  for (const branch of behind) await ports.queue.ask(sweepOf(repository, branch));
}
