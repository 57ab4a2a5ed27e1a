import type { z } from 'zod';
import { bodyDigest } from '../domain/body-digest.ts';
import { parseCommands } from '../domain/command.ts';
import { readExternalId } from '../domain/external-id.ts';
import type { Job } from '../domain/job.ts';
import { inspectionOf, readQueueBranch } from '../domain/merge-group.ts';
import type { Repository } from '../domain/repository.ts';
import {
  checkRunPayload,
  checkSuitePayload,
  installationPayload,
  issueCommentPayload,
  mergeGroupPayload,
  pullRequestPayload,
  pushPayload,
} from './payloads.ts';

/** What a webhook asks for, not before `delayMs`. An event that concerns nobody here asks for nothing. */
export type Translation =
  | { readonly kind: 'jobs'; readonly jobs: readonly Job[]; readonly delayMs: number }
  /** Ours by its name, but not as GitHub documents it. `why` names places, never values. */
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Webhook → jobs. A webhook is a hint: all that is taken from it is which key to look at again. The exceptions are what
 * nothing but the webhook tells: who pressed a button, and what a comment said when its author wrote it.
 */
export function jobsOf(event: string, payload: unknown): Translation {
  switch (event) {
    case 'pull_request':
      return translate(pullRequestPayload, payload, ofPullRequest, afterPush);
    case 'merge_group':
      return translate(mergeGroupPayload, payload, ofMergeGroup);
    case 'push':
      return translate(pushPayload, payload, ofPush);
    case 'issue_comment':
      return translate(issueCommentPayload, payload, ofComment);
    case 'check_run':
      return translate(checkRunPayload, payload, ofCheckRun);
    case 'check_suite':
      return translate(checkSuitePayload, payload, ofCheckSuite);
    case 'installation':
    case 'installation_repositories':
      return translate(installationPayload, payload, ofInstallation);
    default:
      return { kind: 'jobs', jobs: [], delayMs: 0 };
  }
}

function translate<S extends z.ZodType>(
  shape: S,
  payload: unknown,
  jobs: (read: z.output<S>) => readonly Job[],
  delay: (read: z.output<S>) => number = () => 0,
): Translation {
  const parsed = shape.safeParse(payload);
  if (parsed.success) return { kind: 'jobs', jobs: jobs(parsed.data), delayMs: delay(parsed.data) };
  return {
    kind: 'unreadable',
    why: parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', '),
  };
}

function ofPullRequest(payload: z.output<typeof pullRequestPayload>): readonly Job[] {
  const repository = repositoryOf(payload);
  const { number, pull_request: pull } = payload;
  switch (payload.action) {
    case 'opened':
    case 'reopened':
    case 'synchronize':
    case 'ready_for_review':
      return [{ kind: 'inspect-pull-request', repository, number }];
    case 'edited':
      // Into another branch: another base, other environments. A new title changes nothing.
      return payload.changes?.base === undefined ? [] : [{ kind: 'inspect-pull-request', repository, number }];
    case 'closed':
      return [
        // Whichever of the two webhooks arrives is enough.
        ...(pull.merged === true ? [fanOut(repository, pull.base.ref)] : []),
        // Others with the same head share its check runs.
        { kind: 'present-pull-request', repository, number },
      ];
    default:
      return [];
  }
}

/** A merge is a push, whose webhook comes at the same time: what both ask for is done once, and the release first. */
function afterPush({ action, pull_request: pull }: z.output<typeof pullRequestPayload>): number {
  return action === 'closed' && pull.merged === true ? 1_500 : 0;
}

function fanOut(repository: Repository, branch: string): Job {
  return { kind: 'fan-out-push', repository, branch, asked: 'push', before: null };
}

const branchPrefix = 'refs/heads/';

/** Whichever of the two webhooks arrives is enough: the queue pushes its branch, and asks for its checks. */
function ofMergeGroup(payload: z.output<typeof mergeGroupPayload>): readonly Job[] {
  const branch = branchOf(payload.merge_group.head_ref);
  if (payload.action !== 'checks_requested' || branch === null || readQueueBranch(branch) === null) return [];
  return [{ kind: 'inspect-merge-group', repository: repositoryOf(payload), branch }];
}

function branchOf(ref: string): string | null {
  return ref.startsWith(branchPrefix) ? ref.slice(branchPrefix.length) : null;
}

function ofPush(payload: z.output<typeof pushPayload>): readonly Job[] {
  const branch = branchOf(payload.ref);
  if (payload.deleted || branch === null) return [];
  // Nothing is released from there: it is what the base branch may become.
  if (readQueueBranch(branch) !== null) {
    return [{ kind: 'inspect-merge-group', repository: repositoryOf(payload), branch }];
  }
  return [
    {
      kind: 'fan-out-push',
      repository: repositoryOf(payload),
      branch,
      asked: 'push',
      before: /^0+$/.test(payload.before) ? null : payload.before,
    },
  ];
}

function ofComment(payload: z.output<typeof issueCommentPayload>): readonly Job[] {
  const { action, issue, comment } = payload;
  // Edits and bots do not count, and most comments ask for nothing.
  if (action !== 'created' || issue.pull_request === undefined || comment.user?.type !== 'User') return [];
  const body = comment.body ?? '';
  if (parseCommands(body).length === 0) return [];
  return [
    {
      kind: 'run-command',
      repository: repositoryOf(payload),
      number: issue.number,
      comment: comment.id,
      written: bodyDigest(body),
    },
  ];
}

function ofCheckRun(payload: z.output<typeof checkRunPayload>): readonly Job[] {
  const repository = repositoryOf(payload);
  const { external_id: externalId, pull_requests: pulls } = payload.check_run;
  const made = readExternalId(externalId ?? null);
  const number = made?.number ?? pulls[0]?.number;
  const queue = payload.check_run.check_suite?.head_branch ?? '';
  if (number === undefined) return [];
  const inspect = inspectionOf(repository, readQueueBranch(queue)?.branch ?? number);
  if (payload.action === 'rerequested') return [inspect];
  if (payload.action !== 'requested_action') return [];
  const identifier = payload.requested_action?.identifier;
  if (identifier === 'plan-again') return [inspect];
  // The digest of the plan that the button stood beside; bots press no buttons.
  const digest = made?.digest ?? null;
  if (identifier !== 'confirm' || digest === null || payload.sender.type !== 'User') return [];
  return [{ kind: 'press-confirm', repository, number, digest, by: payload.sender.login }];
}

// Of a fork's pull request the suite names none.
function ofCheckSuite(payload: z.output<typeof checkSuitePayload>): readonly Job[] {
  if (payload.action !== 'rerequested') return [];
  const repository = repositoryOf(payload);
  const { head_sha: head, head_branch: branch } = payload.check_suite;
  const group = readQueueBranch(branch ?? '');
  return [group === null ? { kind: 'inspect-head', repository, head } : inspectionOf(repository, group.branch)];
}

/** Repositories that were there before Fairlead: where they have settings, the sweep finds their open pull requests. */
function ofInstallation(payload: z.output<typeof installationPayload>): readonly Job[] {
  switch (payload.action) {
    case 'created':
    case 'added':
    case 'unsuspend':
    case 'new_permissions_accepted':
      return [{ kind: 'sweep', installation: payload.installation.id }];
    default:
      return [];
  }
}

function repositoryOf(payload: {
  readonly repository: { readonly id: number; readonly name: string; readonly owner: { readonly login: string } };
  readonly installation: { readonly id: number };
}): Repository {
  const { id, name, owner } = payload.repository;
  return { id, owner: owner.login, name, installation: payload.installation.id };
}
