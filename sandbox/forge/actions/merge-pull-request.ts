import { emailOf } from '../bodies/account.ts';
import { headLabel } from '../bodies/pull-request.ts';
import { readCommits } from '../git/commits.ts';
import { type MergeResult, mergeCommits, rebaseCommits, squashCommits } from '../git/merge.ts';
import { moveRef, readBranch } from '../git/refs.ts';
import type { Signature } from '../git/write-commit.ts';
import { refuse } from '../http/refusal.ts';
import type { Account } from '../state/accounts.ts';
import { fullName } from '../state/find.ts';
import type { PullRequest } from '../state/repositories.ts';
import type { Actor, World } from '../world.ts';
import { markMerged } from './close-pull-request.ts';
import { demandProtection } from './protection.ts';
import { announcePush } from './push.ts';

export interface MergeInput {
  readonly method: 'merge' | 'squash' | 'rebase';
  /** The head that the merge was decided on; null: whatever it is. */
  readonly sha: string | null;
  readonly title: string | null;
  readonly message: string | null;
}

/** Merges as `PUT …/pulls/N/merge` does; returns the commit the base branch is at. Call it while holding the repository. */
export async function mergePullRequest(
  world: World,
  pull: PullRequest,
  input: MergeInput,
  actor: Actor,
): Promise<string> {
  const repository = world.state.repositories.must(pull.repositoryId);
  const { directory } = repository;
  if (pull.state !== 'open') throw refuse(405, 'Pull Request is not mergeable');
  if (pull.draft) throw refuse(405, 'Pull Request is still a draft');
  if (input.sha !== null && input.sha !== pull.head.sha) {
    throw refuse(409, 'Head branch was modified. Review and try the merge again.');
  }
  const base = await readBranch(directory, pull.base.ref);
  if (base === undefined) throw refuse(405, 'Pull Request is not mergeable');
  await demandProtection(world, pull, base, actor);
  const result = await mergeBy(world, pull, base, input, signatureOf(actor.account));
  if (result.kind === 'conflict') {
    throw refuse(405, input.method === 'rebase' ? "This branch can't be rebased" : 'Pull Request is not mergeable');
  }
  const ref = `refs/heads/${pull.base.ref}`;
  await moveRef(directory, ref, result.sha, base);
  await markMerged(world, pull, { sha: result.sha, actor });
  await announcePush(world, repository.id, { ref, before: base, after: result.sha }, actor);
  return result.sha;
}

/** How an account signs what it does on the website. */
export function signatureOf(account: Account): Signature {
  return { name: account.name ?? account.login, email: emailOf(account) };
}

export async function mergeBy(
  world: World,
  pull: PullRequest,
  base: string,
  input: MergeInput,
  author: Signature,
): Promise<MergeResult> {
  const { directory } = world.state.repositories.must(pull.repositoryId);
  const head = pull.head.sha;
  switch (input.method) {
    case 'rebase':
      return rebaseCommits(directory, base, head);
    case 'merge': {
      const title = input.title ?? `Merge pull request #${pull.number} from ${sourceOf(world, pull)}`;
      return mergeCommits(directory, { base, head, author, message: joined(title, input.message ?? pull.title) });
    }
    case 'squash': {
      const written = await squashMessage(directory, pull, base);
      const title = input.title ?? written.title;
      return squashCommits(directory, { base, head, author, message: joined(title, input.message ?? written.message) });
    }
  }
}

// GitHub's defaults: of one commit its own message, of several the pull request's title and a list.
async function squashMessage(directory: string, pull: PullRequest, base: string) {
  const commits = await readCommits(directory, ['--reverse', `${base}..${pull.head.sha}`]);
  const [only] = commits;
  if (only !== undefined && commits.length === 1) {
    const [subject = '', ...rest] = only.message.split('\n');
    return { title: `${subject} (#${pull.number})`, message: rest.join('\n').trim() };
  }
  const list = commits.map((commit) => `* ${commit.message}`).join('\n\n');
  return { title: `${pull.title} (#${pull.number})`, message: list };
}

function sourceOf(world: World, pull: PullRequest): string {
  const head = world.state.repositories.must(pull.head.repositoryId);
  const [owner = ''] = fullName(world.state, head).split('/');
  return headLabel(world, pull).replace(`${owner}:`, `${owner}/`);
}

function joined(title: string, message: string): string {
  return message === '' ? title : `${title}\n\n${message}`;
}
