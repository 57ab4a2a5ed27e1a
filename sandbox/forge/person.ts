import { changeDraft, changePullRequest } from './actions/change-pull-request.ts';
import { requestAction, rerequestCheckRun, rerequestCheckSuite } from './actions/check-runs.ts';
import { createComment, deleteComment, editComment } from './actions/comments.ts';
import { type MergeInput, mergePullRequest, signatureOf } from './actions/merge-pull-request.ts';
import { dequeue, enqueue, mergeQueued, type QueuedGroup } from './actions/merge-queue.ts';
import { openPullRequest } from './actions/open-pull-request.ts';
import { announcePush } from './actions/push.ts';
import { createReview, dismissReview, type ReviewInput } from './actions/reviews.ts';
import { moveRef, readBranch, resolveCommit, zeroSha } from './git/refs.ts';
import { type FileChanges, type Signature, writeCommit } from './git/write-commit.ts';
import { refuse } from './http/refusal.ts';
import { requireAccount, requirePullRequest, requireRepository } from './require.ts';
import type { Role } from './state/accounts.ts';
import { atLeast, roleOf } from './state/find.ts';
import type { PullRequest, Repository } from './state/repositories.ts';
import type { Actor, World } from './world.ts';

export interface PushRequest {
  readonly branch: string;
  readonly files: FileChanges;
  readonly message?: string;
  /** Where a new branch starts: a branch or commit; default: the default branch. */
  readonly from?: string;
  /** Replaces the branch's own commits by this one, on top of `from`. */
  readonly force?: boolean;
  /** Who the commit says wrote it: a login, or a name and address that may be nobody's. Default: who pushes. */
  readonly author?: string | Signature;
  /** Who it says committed it; `web-flow` is the website. Default: who pushes. */
  readonly committer?: string | Signature;
}

/**
 * What a person does with a mouse, or with git. Nothing of it is a request: no fault meets it and no log holds it, and
 * what GitHub would refuse throws. Repositories are `owner/name`.
 */
export interface Person {
  readonly login: string;
  /** Commits files to a branch (made where it does not exist) and pushes; returns the commit. */
  readonly pushFiles: (repository: string, request: PushRequest) => Promise<string>;
  readonly deleteBranch: (repository: string, branch: string) => Promise<void>;
  /** Moves a branch to any commit of the repository, by force. */
  readonly forcePush: (repository: string, branch: string, commit: string) => Promise<void>;
  readonly openPullRequest: (
    repository: string,
    request: {
      readonly title?: string;
      readonly body?: string;
      /** `BRANCH`, or `OWNER:BRANCH` of a fork. */
      readonly head: string;
      /** Default: the default branch. */
      readonly base?: string;
      readonly draft?: boolean;
    },
  ) => Promise<PullRequest>;
  readonly comment: (repository: string, number: number, body: string) => Promise<{ readonly id: number }>;
  readonly editComment: (commentId: number, body: string) => Promise<void>;
  readonly deleteComment: (commentId: number) => Promise<void>;
  /** Returns the commit that the base branch is at. */
  readonly merge: (repository: string, number: number, input?: Partial<MergeInput>) => Promise<string>;
  /** "Merge when ready", with a merge queue. */
  readonly enqueue: (repository: string, number: number) => Promise<QueuedGroup>;
  /** What GitHub does of itself when nobody answers the group's checks for too long. */
  readonly dequeue: (repository: string, number: number, group: QueuedGroup) => Promise<void>;
  /** What GitHub does of itself once these checks have passed on the group's head. */
  readonly mergeQueued: (
    repository: string,
    number: number,
    group: QueuedGroup,
    required: readonly string[],
  ) => Promise<void>;
  readonly close: (repository: string, number: number) => Promise<void>;
  readonly reopen: (repository: string, number: number) => Promise<void>;
  readonly retarget: (repository: string, number: number, base: string) => Promise<void>;
  readonly setDraft: (repository: string, number: number, draft: boolean) => Promise<void>;
  readonly review: (repository: string, number: number, event: ReviewInput['event'], body?: string) => Promise<void>;
  /** Takes somebody's approval (or request for changes) back. */
  readonly dismissReview: (repository: string, number: number, login: string) => Promise<void>;
  /** Presses a check run's button. */
  readonly clickButton: (checkRunId: number, identifier: string) => Promise<void>;
  /** "Re-run" beside a check run. */
  readonly rerequest: (checkRunId: number) => Promise<void>;
  /** "Re-run all" of an app's checks on a commit. */
  readonly rerequestAll: (repository: string, sha: string, appId: number) => Promise<void>;
}

export function personOf(world: World, login: string): Person {
  const account = requireAccount(world, login);
  const actor: Actor = { account, app: null };
  const inRepository = <T>(name: string, role: Role, work: (repository: Repository) => Promise<T>): Promise<T> => {
    const { id } = requireRepository(world, name);
    return world.exclusively(id, async () => {
      const repository = world.state.repositories.must(id);
      demandRole(world, actor, repository, role);
      return work(repository);
    });
  };
  const ofPull = <T>(name: string, number: number, role: Role, work: (pull: PullRequest) => Promise<T>): Promise<T> =>
    inRepository(name, role, (repository) => work(requirePullRequest(world, repository, number)));
  const ofComment = (id: number) => {
    const comment = world.state.comments.must(id);
    if (comment.authorId !== account.id) {
      demandRole(world, actor, world.state.repositories.must(comment.repositoryId), 'write');
    }
    return comment;
  };
  const ofRun = (id: number) => {
    const run = world.state.checkRuns.must(id);
    demandRole(world, actor, world.state.repositories.must(run.repositoryId), 'write');
    return run;
  };

  return {
    login: account.login,
    pushFiles: (name, request) =>
      inRepository(name, 'write', (repository) => pushFiles(world, repository, request, actor)),
    deleteBranch: (name, branch) =>
      inRepository(name, 'write', (repository) => pointBranch(world, repository, branch, zeroSha, actor)),
    forcePush: (name, branch, commit) =>
      inRepository(name, 'write', async (repository) => {
        const sha = await resolveCommit(repository.directory, commit);
        if (sha === undefined) throw refuse(422, `there is no commit ${commit}`);
        await pointBranch(world, repository, branch, sha, actor);
      }),
    openPullRequest: (name, request) =>
      inRepository(name, 'read', (repository) =>
        openPullRequest(
          world,
          repository,
          {
            title: request.title ?? `Change ${request.head}`,
            body: request.body ?? null,
            head: request.head,
            base: request.base ?? repository.defaultBranch,
            draft: request.draft ?? false,
            maintainerCanModify: false,
          },
          actor,
        ),
      ),
    comment: (name, number, body) =>
      ofPull(name, number, 'read', async (pull) => createComment(world, pull, body, actor)),
    editComment: async (id, body) => {
      editComment(world, ofComment(id), body, actor);
    },
    deleteComment: async (id) => deleteComment(world, ofComment(id), actor),
    merge: (name, number, input = {}) =>
      ofPull(name, number, 'write', (pull) =>
        mergePullRequest(world, pull, { method: 'merge', sha: null, title: null, message: null, ...input }, actor),
      ),
    enqueue: (name, number) => ofPull(name, number, 'write', (pull) => enqueue(world, pull, actor)),
    dequeue: (name, number, group) => ofPull(name, number, 'write', (pull) => dequeue(world, pull, group, actor)),
    mergeQueued: (name, number, group, required) =>
      ofPull(name, number, 'write', (pull) => mergeQueued(world, pull, group, required, actor)),
    close: (name, number) => change(name, number, { state: 'closed' }),
    reopen: (name, number) => change(name, number, { state: 'open' }),
    retarget: (name, number, base) => change(name, number, { base }),
    setDraft: (name, number, draft) =>
      ofPull(name, number, 'read', async (pull) => {
        await changeDraft(world, pull, draft, actor);
      }),
    review: (name, number, event, body = '') =>
      ofPull(name, number, 'read', async (pull) => {
        await createReview(world, pull, { event, body, commitId: pull.head.sha }, actor);
      }),
    dismissReview: (name, number, reviewer) =>
      ofPull(name, number, 'write', async (pull) => {
        const { id } = requireAccount(world, reviewer);
        const reviews = world.state.reviews.where((row) => row.pullRequestId === pull.id && row.authorId === id);
        const last = reviews.at(-1);
        if (last === undefined) throw refuse(404, `${reviewer} has not reviewed #${number}`);
        dismissReview(world, last, actor);
      }),
    clickButton: async (id, identifier) => requestAction(world, ofRun(id), identifier, actor),
    rerequest: async (id) => rerequestCheckRun(world, ofRun(id), actor),
    rerequestAll: (name, sha, appId) =>
      inRepository(name, 'write', async (repository) => {
        const suite = world.state.checkSuites.find(
          (row) => row.repositoryId === repository.id && row.headSha === sha && row.appId === appId,
        );
        if (suite === undefined) throw refuse(404, `there are no checks of ${appId} on ${sha}`);
        await rerequestCheckSuite(world, suite.id, actor);
      }),
  };

  function change(name: string, number: number, to: Parameters<typeof changePullRequest>[2]): Promise<void> {
    return ofPull(name, number, 'read', async (pull) => {
      await changePullRequest(world, pull, to, actor);
    });
  }
}

async function pushFiles(world: World, repository: Repository, request: PushRequest, actor: Actor): Promise<string> {
  const before = await readBranch(repository.directory, request.branch);
  const start = await resolveCommit(repository.directory, request.from ?? repository.defaultBranch);
  const parent = request.force === true ? start : (before ?? start);
  const ref = `refs/heads/${request.branch}`;
  const signed = (by: string | Signature = actor.account.login): Signature =>
    typeof by === 'string' ? signatureOf(requireAccount(world, by)) : by;
  const after = await writeCommit(repository.directory, {
    ref,
    parent: parent ?? null,
    files: request.files,
    message: request.message ?? `Change ${Object.keys(request.files).join(', ')}`,
    author: signed(request.author),
    committer: signed(request.committer),
    at: world.now(),
  });
  await announcePush(world, repository.id, { ref, before: before ?? zeroSha, after }, actor);
  return after;
}

async function pointBranch(
  world: World,
  repository: Repository,
  branch: string,
  sha: string,
  actor: Actor,
): Promise<void> {
  const before = await readBranch(repository.directory, branch);
  if (before === undefined) throw refuse(422, `there is no branch ${branch}`);
  const ref = `refs/heads/${branch}`;
  await moveRef(repository.directory, ref, sha, before);
  await announcePush(world, repository.id, { ref, before, after: sha }, actor);
}

function demandRole(world: World, actor: Actor, repository: Repository, role: Role): void {
  const has = roleOf(world.state, actor.account, repository);
  if (!atLeast(has, role)) throw refuse(403, `${actor.account.login} has ${has}, and needs ${role}`);
}
