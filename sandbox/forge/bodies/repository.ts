import type { Body } from '../http/answer.ts';
import { fullName } from '../state/find.ts';
import type { Repository } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { accountBody } from './account.ts';
import { nodeId, repositoryApi, repositoryPage } from './address.ts';

/** `repository`, which holds `minimal-repository` and the webhooks' own. */
export function repositoryBody(world: World, repository: Repository): Body {
  const { state } = world;
  const api = repositoryApi(world, repository);
  const html = repositoryPage(world, repository);
  const owner = state.accounts.must(repository.ownerId);
  const forks = state.repositories.where((row) => row.forkOf === repository.id).length;
  const open = state.pullRequests.where((pull) => pull.repositoryId === repository.id && pull.state === 'open').length;
  const { host } = new URL(world.url);
  const name = fullName(state, repository);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: name,
    private: repository.private,
    owner: accountBody(world, owner),
    html_url: html,
    description: repository.description,
    fork: repository.forkOf !== null,
    url: api,
    ...templates(api),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `git://${host}/${name}.git`,
    ssh_url: `git@${host}:${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    forks,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

/** `full-repository` */
export function fullRepositoryBody(world: World, repository: Repository): Body {
  const owner = world.state.accounts.must(repository.ownerId);
  const parent = repository.forkOf === null ? undefined : world.state.repositories.get(repository.forkOf);
  return {
    ...repositoryBody(world, repository),
    allow_rebase_merge: true,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    network_count: 0,
    subscribers_count: 0,
    ...(owner.kind === 'Organization' ? { organization: accountBody(world, owner) } : {}),
    ...(parent === undefined ? {} : { parent: repositoryBody(world, parent), source: repositoryBody(world, parent) }),
  };
}

/** The repository in a push's payload, whose times are numbers. */
export function pushedRepositoryBody(world: World, repository: Repository): Body {
  const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);
  return {
    ...repositoryBody(world, repository),
    created_at: seconds(repository.createdAt),
    pushed_at: seconds(repository.pushedAt),
    master_branch: repository.defaultBranch,
    stargazers: 0,
  };
}

function templates(api: string): Record<string, string> {
  return {
    archive_url: `${api}/{archive_format}{/ref}`,
    assignees_url: `${api}/assignees{/user}`,
    blobs_url: `${api}/git/blobs{/sha}`,
    branches_url: `${api}/branches{/branch}`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    comments_url: `${api}/comments{/number}`,
    commits_url: `${api}/commits{/sha}`,
    compare_url: `${api}/compare/{base}...{head}`,
    contents_url: `${api}/contents/{+path}`,
    contributors_url: `${api}/contributors`,
    deployments_url: `${api}/deployments`,
    downloads_url: `${api}/downloads`,
    events_url: `${api}/events`,
    forks_url: `${api}/forks`,
    git_commits_url: `${api}/git/commits{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    hooks_url: `${api}/hooks`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    issue_events_url: `${api}/issues/events{/number}`,
    issues_url: `${api}/issues{/number}`,
    keys_url: `${api}/keys{/key_id}`,
    labels_url: `${api}/labels{/name}`,
    languages_url: `${api}/languages`,
    merges_url: `${api}/merges`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    pulls_url: `${api}/pulls{/number}`,
    releases_url: `${api}/releases{/id}`,
    stargazers_url: `${api}/stargazers`,
    statuses_url: `${api}/statuses/{sha}`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    tags_url: `${api}/tags`,
    teams_url: `${api}/teams`,
    trees_url: `${api}/git/trees{/sha}`,
  };
}
