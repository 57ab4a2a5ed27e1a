import { emailOf } from '../bodies/account.ts';
import { repositoryPage } from '../bodies/address.ts';
import { pushedCommitBody } from '../bodies/commit.ts';
import { pushedRepositoryBody } from '../bodies/repository.ts';
import { type CommitEntry, readCommits } from '../git/commits.ts';
import { isAncestor, zeroSha } from '../git/refs.ts';
import { git } from '../git/run.ts';
import type { Repository } from '../state/repositories.ts';
import { emit } from '../webhooks/emit.ts';
import { type Actor, timestamp, type World } from '../world.ts';
import { requestCheckSuites } from './check-suites.ts';
import { followBase, followHead } from './follow-branch.ts';
import { branchOf, type RefChange } from './ref-change.ts';

/** All that follows when a ref has moved, by git, by the API or by a merge. Call it while holding the repository. */
export async function announcePush(world: World, repositoryId: number, change: RefChange, actor: Actor): Promise<void> {
  const pushedAt = timestamp(world.now());
  const repository = world.state.repositories.change(repositoryId, { pushedAt, updatedAt: pushedAt });
  announceExistence(world, repository, change, actor);
  emit(world, {
    event: 'push',
    action: null,
    repository,
    actor,
    payload: await pushPayload(world, repository, change, actor),
  });
  const branch = branchOf(change.ref);
  if (branch === null) return;
  if (change.after !== zeroSha) await requestCheckSuites(world, repository, branch, change, actor);
  await followHead(world, repository, branch, change, actor);
  await followBase(world, repository, branch, change, actor);
}

function announceExistence(world: World, repository: Repository, change: RefChange, actor: Actor): void {
  const branch = branchOf(change.ref);
  const ref = branch ?? change.ref.replace('refs/tags/', '');
  const about = { ref, ref_type: branch === null ? 'tag' : 'branch', pusher_type: 'user' };
  if (change.before === zeroSha) {
    const payload = { ...about, master_branch: repository.defaultBranch, description: repository.description };
    emit(world, { event: 'create', action: null, repository, actor, payload });
  }
  if (change.after === zeroSha) {
    emit(world, { event: 'delete', action: null, repository, actor, payload: about });
  }
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#push */
async function pushPayload(world: World, repository: Repository, change: RefChange, actor: Actor) {
  const { ref, before, after } = change;
  const created = before === zeroSha;
  const deleted = after === zeroSha;
  const commits = deleted ? [] : await newCommits(repository, change);
  const head = deleted ? undefined : (commits.at(-1) ?? (await readCommits(repository.directory, ['-1', after]))[0]);
  const html = repositoryPage(world, repository);
  const range = created ? after.slice(0, 12) : `${before.slice(0, 12)}...${after.slice(0, 12)}`;
  return {
    ref,
    before,
    after,
    created,
    deleted,
    forced: !created && !deleted && !(await isAncestor(repository.directory, before, after)),
    base_ref: null,
    compare: `${html}/compare/${range}`,
    commits: commits.map((commit) => pushedCommitBody(world, repository, commit)),
    head_commit: head === undefined ? null : pushedCommitBody(world, repository, head),
    pusher: { name: actor.account.login, email: emailOf(actor.account) },
    repository: pushedRepositoryBody(world, repository),
  };
}

/** "The maximum number of commits is 2048": oldest first, without what other branches have already. */
async function newCommits(repository: Repository, change: RefChange): Promise<CommitEntry[]> {
  const known = change.before === zeroSha ? await otherBranches(repository, change.ref) : [change.before];
  const range = [change.after, ...known.map((name) => `^${name}`)];
  const newest = await readCommits(repository.directory, ['--topo-order', '-2048', ...range, '--']);
  return newest.reverse();
}

async function otherBranches(repository: Repository, ref: string): Promise<string[]> {
  const listed = await git(repository.directory, ['for-each-ref', '--format=%(refname)', 'refs/heads']);
  return listed.split('\n').filter((name) => name !== '' && name !== ref);
}
