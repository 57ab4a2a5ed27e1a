import { isAncestor, mergeBase, readBranch } from '../git/refs.ts';
import { refuse, validationFailed } from '../http/refusal.ts';
import { findAccount, findRepository } from '../state/find.ts';
import type { PullRequest, Repository } from '../state/repositories.ts';
import { type Actor, timestamp, type World } from '../world.ts';
import { pointPullRef } from './pull-ref.ts';
import { emitPullRequest } from './pull-request-event.ts';
import { startTestMerge } from './test-merge.ts';

export interface PullRequestInput {
  readonly title: string;
  readonly body: string | null;
  /** `BRANCH`, or `OWNER:BRANCH` of a fork. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

export async function openPullRequest(
  world: World,
  repository: Repository,
  input: PullRequestInput,
  actor: Actor,
): Promise<PullRequest> {
  const { pullRequests, nextId } = world.state;
  const base = await readBranch(repository.directory, input.base);
  if (base === undefined) throw invalid('base');
  const head = await findHead(world, repository, input.head);
  if (head === undefined) throw invalid('head');
  const existing = pullRequests.find(
    (pull) =>
      pull.repositoryId === repository.id &&
      pull.state === 'open' &&
      pull.base.ref === input.base &&
      pull.head.repositoryId === head.repository.id &&
      pull.head.ref === head.ref,
  );
  if (existing !== undefined) {
    const owner = world.state.accounts.must(head.repository.ownerId).login;
    throw custom(`A pull request already exists for ${owner}:${head.ref}.`);
  }
  const number = nextNumber(world, repository);
  const pull = {
    number,
    repositoryId: repository.id,
    head: { repositoryId: head.repository.id, ref: head.ref, sha: head.sha },
  };
  await pointPullRef(world, pull, head.sha);
  await demandNewCommits(repository, input, base, head.sha);
  const at = timestamp(world.now());
  const opened = pullRequests.insert({
    ...pull,
    id: nextId(),
    title: input.title,
    body: input.body,
    authorId: actor.account.id,
    state: 'open',
    draft: input.draft,
    base: { ref: input.base, sha: base },
    testMerge: { kind: 'unknown' },
    testMergeAsked: false,
    labelIds: [],
    maintainerCanModify: input.maintainerCanModify,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    merged: null,
  });
  startTestMerge(world, opened);
  await emitPullRequest(world, opened, 'opened', actor);
  return opened;
}

/** Issues and pull requests share their numbers; here every issue is a pull request. */
function nextNumber(world: World, repository: Repository): number {
  const numbers = world.state.pullRequests.where((pull) => pull.repositoryId === repository.id);
  return numbers.reduce((highest, pull) => Math.max(highest, pull.number), 0) + 1;
}

async function findHead(world: World, repository: Repository, head: string) {
  const [first = '', ...rest] = head.split(':');
  const owner = rest.length === 0 ? undefined : findAccount(world.state, first);
  const ref = rest.length === 0 ? first : rest.join(':');
  const from = owner === undefined ? repository : forkOf(world, repository, owner.login);
  if (rest.length > 0 && owner === undefined) return undefined;
  if (from === undefined) return undefined;
  const sha = await readBranch(from.directory, ref);
  return sha === undefined ? undefined : { repository: from, ref, sha };
}

function forkOf(world: World, repository: Repository, login: string): Repository | undefined {
  const own = findRepository(world.state, login, repository.name);
  if (own?.id === repository.id) return own;
  const owner = findAccount(world.state, login);
  return world.state.repositories.find((row) => row.ownerId === owner?.id && row.forkOf === repository.id);
}

async function demandNewCommits(
  repository: Repository,
  input: PullRequestInput,
  base: string,
  head: string,
): Promise<void> {
  if (await isAncestor(repository.directory, head, base)) {
    throw custom(`No commits between ${input.base} and ${input.head}`);
  }
  if ((await mergeBase(repository.directory, base, head)) === undefined) {
    throw refuse(422, `The ${input.head} branch has no history in common with ${input.base}`);
  }
}

function invalid(field: string) {
  return validationFailed({ resource: 'PullRequest', field, code: 'invalid' }, { violation: false });
}

function custom(message: string) {
  return validationFailed({ resource: 'PullRequest', code: 'custom', message }, { violation: false });
}
