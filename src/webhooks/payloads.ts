import { z } from 'zod';

/*
 * What Fairlead reads of GitHub's webhooks, and nothing more (docs.github.com/en/webhooks/webhook-events-and-payloads).
 * GitHub adds members all the time: those are passed over.
 */

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const number = z.int().positive();

const installation = z.object({ id: number });

/** Every event of a repository that an App receives says which installation it came through. */
const ofRepository = {
  repository: z.object({ id: number, name: z.string(), owner: z.object({ login: z.string() }) }),
  installation,
};

export const pullRequestPayload = z.object({
  ...ofRepository,
  action: z.string(),
  number,
  pull_request: z.object({ merged: z.boolean().nullish(), base: z.object({ ref: z.string() }) }),
  /** Of `edited`: what was there before, of what has changed. */
  changes: z.object({ base: z.unknown() }).partial().optional(),
});

export const mergeGroupPayload = z.object({
  ...ofRepository,
  action: z.string(),
  merge_group: z.object({ head_ref: z.string() }),
});

export const pushPayload = z.object({
  ...ofRepository,
  ref: z.string(),
  /** All zeros: the branch is new. */
  before: commit,
  deleted: z.boolean(),
});

export const issueCommentPayload = z.object({
  ...ofRepository,
  action: z.string(),
  issue: z.object({ number, pull_request: z.unknown().optional() }),
  comment: z.object({ id: number, body: z.string().nullish(), user: z.object({ type: z.string() }).nullable() }),
});

const pullRequests = z.array(z.object({ number }));

export const checkRunPayload = z.object({
  ...ofRepository,
  action: z.string(),
  // Of a fork's pull request `pull_requests` is empty.
  check_run: z.object({
    name: z.string(),
    external_id: z.string().nullable(),
    pull_requests: pullRequests,
    check_suite: z.object({ head_branch: z.string().nullish() }).nullish(),
  }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
  sender: z.object({ login: z.string(), type: z.string() }),
});

export const checkSuitePayload = z.object({
  ...ofRepository,
  action: z.string(),
  check_suite: z.object({ head_sha: commit, head_branch: z.string().nullish() }),
});

export const installationPayload = z.object({ action: z.string(), installation });
