import { canonicalSettings } from '../domain/environment.ts';
import { type JobOf, sweepOf } from '../domain/job.ts';
import { repositoryName } from '../domain/repository.ts';
import type { PullRequests } from '../ports/forge.ts';
import type { JobContext } from '../ports/handler.ts';
import { departures } from './desire/departures.ts';
import type { DesirePorts } from './desire/desire-environment.ts';
import { desireEnvironments } from './desire/desire-environments.ts';
import { leaveRemoved } from './desire/leave-removed.ts';
import { readSettings, type SettingsReading } from './repository/read-settings.ts';

export type FanOutPorts = DesirePorts & { readonly forge: Pick<PullRequests, 'openPullRequests'> };

/**
 * Brings every environment that follows a branch to the branch's tip: writes what is desired, says on the commit that
 * it is pending, asks for the release. A push to the default branch also brings those to the settings of now that
 * follow another one, and ends those that the settings name no more. Asks to inspect the open pull requests on this
 * branch again, whose base has moved.
 */
export async function fanOutPush(job: JobOf<'fan-out-push'>, ports: FanOutPorts, context: JobContext): Promise<void> {
  const { repository, branch } = job;
  const reading = await readSettings(repository, ports);
  if (reading.kind === 'gone') return;
  if (reading.kind === 'read') {
    if (job.asked === 'push' && branch === reading.facts.defaultBranch) await askOtherBranches(reading, ports);
    const environments = reading.settings.environments.filter(({ follow }) => follow.branch === branch);
    const asked = { kind: job.asked };
    await desireEnvironments({ reading, environments, before: job.before, asked }, ports, context);
  } else if (reading.kind === 'invalid') {
    // The release waits for readable settings; the pull requests below say what is wrong with them.
    context.log.warn('settings cannot be read: nothing is released', { repository: repositoryName(repository) });
  }
  if (reading.kind !== 'absent' && job.asked !== 'sweep') {
    // Every open pull request when settings may have changed, else those whose base this is.
    const base = branch === reading.facts.defaultBranch ? null : branch;
    for (const pull of await ports.forge.openPullRequests(repository, base)) {
      await ports.queue.ask({ kind: 'inspect-pull-request', repository, number: pull.number }, { priority: 'low' });
    }
  }
  if (reading.kind === 'invalid' || branch !== reading.facts.defaultBranch) return;
  const left = await departures(reading, ports.git);
  const removed = left.filter(({ removed }) => removed);
  await leaveRemoved(removed, reading.facts, ports, context);
}

/**
 * The settings are those of the default branch, whichever branch an environment follows: what a push changes in them
 * takes effect at once. Asked for as the sweep does, which compares the same: the push was no push of the other branch.
 */
async function askOtherBranches(
  { facts, settings }: Extract<SettingsReading, { readonly kind: 'read' }>,
  ports: FanOutPorts,
): Promise<void> {
  const { repository, defaultBranch } = facts;
  const behind = new Set<string>();
  for (const environment of settings.environments) {
    const { name, follow, mode } = environment;
    if (follow.branch === defaultBranch || mode === 'observe') continue;
    const desired = await ports.records.desired(repository, name);
    if (desired?.settings !== canonicalSettings(environment)) behind.add(follow.branch);
  }
  for (const branch of behind) await ports.queue.ask(sweepOf(repository, branch));
}
