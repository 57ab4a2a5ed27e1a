import type { Job, JobOf } from '../domain/job.ts';
import { pressMarker, readConfirmations } from '../domain/marker.ts';
import type { PullRequest, Repository } from '../domain/repository.ts';
import type { CheckRuns, Comments, PullRequests, Repositories, Statuses } from '../ports.ts';
import { presentFailedCommand, presentFailedFanOut, presentFailedInspection } from '../present/failed-job.ts';
import { keepReply, standingDecision } from './keep-reply.ts';
import { isUnsettled, ownStatus } from './own-status.ts';
import { readSettings, type SettingsPorts } from './read-settings.ts';

export interface ForgeFailurePorts {
  readonly forge: Repositories & PullRequests & CheckRuns & Comments & Statuses;
  readonly git: SettingsPorts['git'];
}

/**
 * Says on the pull request, or on the commit, that a job of the forge role finally failed. Of the others there is nobody to tell: the
 * sweep finds what they left undone, and the log has the reason.
 */
export async function sayForgeFailure(job: Job, ports: ForgeFailurePorts): Promise<void> {
  switch (job.kind) {
    case 'inspect-pull-request':
    case 'present-pull-request': {
      const pull = await ports.forge.pullRequest(job.repository, job.number);
      if (pull === null || pull.state !== 'open' || !(await isLookedAfter(pull, ports))) return;
      await ports.forge.publishCheckRun(job.repository, presentFailedInspection(pull.number, pull.head.commit));
      return;
    }
    case 'run-command': {
      // What was agreed to stays agreed to: a release may have begun with it.
      const decided = await standingDecision(job, ports.forge);
      await keepReply(job, { decided, told: presentFailedCommand() }, ports.forge);
      await ports.forge.react(job.repository, job.comment, 'confused');
      return;
    }
    case 'press-confirm': {
      const marker = pressMarker(job);
      const comments = await ports.forge.comments(job.repository, job.number);
      const standing = comments.find(({ own, body }) => own && body.includes(marker))?.body ?? '';
      // As above; the sweep finds what it did not set going.
      if (readConfirmations([standing]).length > 0) return;
      return ports.forge.keepComment(job.repository, job.number, marker, `${marker}\n${presentFailedCommand()}`);
    }
    case 'fan-out-push':
      return sayFailedFanOut(job, ports);
    case 'render-environment':
    case 'report-release':
    case 'sweep':
    case 'predict-environment':
    case 'converge-environment':
    case 'observe-environment':
      return;
  }
}

/** On the branch's tip, for the environments that follow it and have no verdict there. A sweep promised nobody anything. */
async function sayFailedFanOut(job: JobOf<'fan-out-push'>, ports: ForgeFailurePorts): Promise<void> {
  if (job.asked === 'sweep') return;
  const { repository, branch } = job;
  const reading = await readSettings(repository, ports);
  if (reading.kind !== 'read') return;
  const commit = await ports.git.tip(repository, branch);
  if (commit === null) return;
  for (const { name, follow } of reading.settings.environments) {
    if (follow.branch !== branch) continue;
    const standing = await ownStatus({ repository, commit, environment: name }, ports.forge);
    if (standing !== null && !isUnsettled(standing)) continue;
    await ports.forge.setStatus(repository, commit, presentFailedFanOut(name, standing?.targetUrl ?? null));
  }
}

/** A repository without settings is left alone, also by failures. Where that cannot be read: has it been spoken to? */
async function isLookedAfter(pull: PullRequest, ports: ForgeFailurePorts): Promise<boolean> {
  const has = await hasSettings(pull.repository, ports);
  return has ?? (await ports.forge.checkRuns(pull.repository, pull.head.commit)).length > 0;
}

async function hasSettings(repository: Repository, ports: ForgeFailurePorts): Promise<boolean | null> {
  try {
    const reading = await readSettings(repository, ports);
    return reading.kind === 'read' || reading.kind === 'invalid';
  } catch {
    return null;
  }
}
