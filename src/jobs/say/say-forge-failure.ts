import type { Environment } from '../../domain/environment.ts';
import type { ForgeJob, JobOf } from '../../domain/job.ts';
import { pressMarker, readConfirmations } from '../../domain/marker.ts';
import { readQueueBranch } from '../../domain/merge-group.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { CheckRuns, Comments, PullRequests, Repositories, Statuses } from '../../ports/forge.ts';
import { presentFailedInspection } from '../../present/check-run/failed-inspection.ts';
import { presentNotBegun } from '../../present/release/status.ts';
import { presentFailedCommand } from '../../present/reply/failed-command.ts';
import { readSettings, type SettingsPorts } from '../repository/read-settings.ts';
import { ownComment } from '../said/own-comment.ts';
import { isUnsettled, ownStatus } from '../said/own-status.ts';
import { standingDecision } from '../said/standing-decision.ts';
import { keepReply } from './keep-reply.ts';

export interface ForgeFailurePorts {
  readonly forge: Pick<Repositories, 'facts'> &
    Pick<PullRequests, 'pullRequest'> &
    CheckRuns &
    Pick<Comments, 'comments' | 'keepComment' | 'react'> &
    Statuses;
  readonly git: SettingsPorts['git'];
}

/**
 * Says on the pull request, or on the commit, that a job of the forge role finally failed. Of the others there is
 * nobody to tell: the sweep finds what they left undone, and the log has the reason.
 */
export async function sayForgeFailure(job: ForgeJob, ports: ForgeFailurePorts): Promise<void> {
  switch (job.kind) {
    case 'inspect-pull-request':
    case 'present-pull-request':
      return sayUninspected(job, ports);
    case 'inspect-merge-group':
    case 'present-merge-group':
      return sayUninspectedGroup(job, ports);
    case 'run-command': {
      // What was agreed to stays agreed to: a release may have begun with it.
      const decided = await standingDecision(job, ports.forge);
      await keepReply(job, { decided, told: presentFailedCommand() }, ports.forge);
      await ports.forge.react(job.repository, job.comment, 'confused');
      return;
    }
    case 'press-confirm': {
      const marker = pressMarker(job);
      const standing = await ownComment(job, marker, ports.forge);
      // As above; the sweep finds what it did not set going.
      if (readConfirmations([standing?.body ?? '']).length > 0) return;
      return ports.forge.keepComment(job.repository, job.number, marker, `${marker}\n${presentFailedCommand()}`);
    }
    case 'fan-out-push':
      // A sweep promised nobody anything.
      if (job.asked === 'sweep') return;
      return sayNotBegun(job.repository, ({ follow }) => follow.branch === job.branch, ports);
    case 'render-environment':
      return sayUnrendered(job, ports);
    case 'report-release':
    case 'inspect-head':
    case 'sweep-installations':
    case 'sweep':
    case 'sweep-repository':
      return;
  }
}

async function sayUninspected(
  { repository, number }: { readonly repository: Repository; readonly number: number },
  ports: ForgeFailurePorts,
): Promise<void> {
  const pull = await ports.forge.pullRequest(repository, number);
  if (pull === null || pull.state !== 'open' || !(await isLookedAfter(repository, pull.head.commit, ports))) return;
  await ports.forge.publishCheckRun(repository, presentFailedInspection(pull.number, pull.head.commit));
}

async function sayUninspectedGroup(
  { repository, branch }: Pick<JobOf<'inspect-merge-group'>, 'repository' | 'branch'>,
  ports: ForgeFailurePorts,
): Promise<void> {
  const group = readQueueBranch(branch);
  const head = group === null ? null : await ports.git.tip(repository, branch);
  if (group === null || head === null || !(await isLookedAfter(repository, head, ports))) return;
  await ports.forge.publishCheckRun(repository, presentFailedInspection(group.number, head));
}

/** Said where the job would have spoken that waits for the rendering. */
async function sayUnrendered(
  { afterwards, repository, environment }: JobOf<'render-environment'>,
  ports: ForgeFailurePorts,
): Promise<void> {
  switch (afterwards.kind) {
    case 'predict-environment': {
      const { number } = afterwards;
      return typeof number === 'number'
        ? sayUninspected({ repository, number }, ports)
        : sayUninspectedGroup({ repository, branch: number }, ports);
    }
    case 'converge-environment':
      return sayNotBegun(repository, ({ name }, promised) => name === environment && promised, ports);
    case 'observe-environment':
      // It is applied, and its status says so; the sweep asks for its verdict again.
      return;
  }
}

/** On the branch's tip, for those of these environments that have no verdict there. `promised`: a status stands there. */
async function sayNotBegun(
  repository: Repository,
  concerns: (environment: Environment, promised: boolean) => boolean,
  ports: ForgeFailurePorts,
): Promise<void> {
  const reading = await readSettings(repository, ports);
  if (reading.kind !== 'read') return;
  for (const environment of reading.settings.environments) {
    const { name, follow } = environment;
    const commit = concerns(environment, true) ? await ports.git.tip(repository, follow.branch) : null;
    if (commit === null) continue;
    const standing = await ownStatus({ repository, commit, environment: name }, ports.forge);
    if (!concerns(environment, standing !== null) || (standing !== null && !isUnsettled(standing))) continue;
    await ports.forge.setStatus(repository, commit, presentNotBegun(name, standing?.targetUrl ?? null));
  }
}

/** A repository without settings is left alone, also by failures. Where that cannot be read: has it been spoken to? */
async function isLookedAfter(repository: Repository, head: CommitId, ports: ForgeFailurePorts): Promise<boolean> {
  const has = await hasSettings(repository, ports);
  return has ?? (await ports.forge.checkRuns(repository, head)).length > 0;
}

async function hasSettings(repository: Repository, ports: ForgeFailurePorts): Promise<boolean | null> {
  try {
    const reading = await readSettings(repository, ports);
    return reading.kind === 'read' || reading.kind === 'invalid';
  } catch {
    return null;
  }
}
