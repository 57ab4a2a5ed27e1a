import type { ChangedFile } from '../git/changes.ts';
import type { CommitEntry } from '../git/commits.ts';
import type { Body } from '../http/answer.ts';
import type { Repository } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { accountBody, accountOfEmail } from './account.ts';
import { nodeId, repositoryApi, repositoryPage } from './address.ts';

/** `commit` */
export function commitBody(world: World, repository: Repository, commit: CommitEntry): Body {
  const api = repositoryApi(world, repository);
  const html = repositoryPage(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    commit: {
      author: signature(commit.author),
      committer: signature(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: known(world, commit.author.email),
    committer: known(world, commit.committer.email),
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${html}/commit/${sha}` })),
  };
}

/** `commit` with what it changed. */
export function detailedCommitBody(
  world: World,
  repository: Repository,
  commit: CommitEntry,
  files: readonly ChangedFile[],
): Body {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...commitBody(world, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.map((file) => changedFileBody(world, repository, commit.sha, file)),
  };
}

/** `diff-entry` */
export function changedFileBody(world: World, repository: Repository, sha: string, file: ChangedFile): Body {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const html = repositoryPage(world, repository);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${sha}/${path}`,
    raw_url: `${html}/raw/${sha}/${path}`,
    contents_url: `${repositoryApi(world, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** A commit in a push's payload. */
export function pushedCommitBody(world: World, repository: Repository, commit: CommitEntry): Body {
  const touched = (status: CommitEntry['files'][number]['status']) =>
    commit.files.filter((file) => file.status === status).map((file) => file.path);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.at,
    url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: pushedSignature(world, commit.author),
    committer: pushedSignature(world, commit.committer),
    added: touched('added'),
    removed: touched('removed'),
    modified: touched('modified'),
  };
}

/** `simple-commit` */
export function simpleCommitBody(commit: CommitEntry): Body {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.at,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

function signature(by: CommitEntry['author']): Body {
  return { name: by.name, email: by.email, date: by.at };
}

function pushedSignature(world: World, by: CommitEntry['author']): Body {
  const account = accountOfEmail(world, by.email);
  return { name: by.name, email: by.email, date: by.at, ...(account === undefined ? {} : { username: account.login }) };
}

function known(world: World, email: string): Body | null {
  const account = accountOfEmail(world, email);
  return account === undefined ? null : accountBody(world, account);
}

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
