import type { AttributedCommit, PullRequest } from '../../domain/pull-request.ts';
import type { Repository } from '../../domain/repository.ts';
import type { PullRequests } from '../../ports/forge.ts';
import { goneAway } from './forge-failures.ts';
import { callerOf, pathOf } from './of-repository.ts';
import { type Answer, loginOf, readList, readObject } from './read-answer.ts';
import type { Transport } from './transport.ts';

const listRoute = 'GET /repos/{owner}/{repo}/pulls';
const pullRoute = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const commitsRoute = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits';
const historyRoute = 'GET /repos/{owner}/{repo}/commits';
/** "Lists a maximum of 250 commits for a pull request." */
const listedCommits = 250;
/** What is done on the website is committed by this account, which is no person's. https://github.com/web-flow */
const website = 'web-flow';

/** https://docs.github.com/rest/pulls/pulls, /rest/commits/commits */
export function createPullRequests(transport: Transport): PullRequests {
  return {
    async pullRequest(repository, number) {
      const data = await transport.get(callerOf(repository), pullRoute, { ...pathOf(repository), pull_number: number });
      return data === null ? null : readPullRequest(readObject(data, 'pull'), repository);
    },

    async openPullRequests(repository, base) {
      // Oldest first: one that is opened while pages are read comes last, and none is skipped.
      const order = { state: 'open', sort: 'created', direction: 'asc' };
      const parameters = { ...pathOf(repository), ...order, ...(base === null ? {} : { base }) };
      const found = await transport.list(callerOf(repository), listRoute, parameters, (page) =>
        readList(page, 'pulls'),
      );
      if (found === null) throw goneAway(repository);
      return found.map((answer) => readPullRequest(answer, repository));
    },

    async pullRequestsOf(repository, commit) {
      const route = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
      const parameters = { ...pathOf(repository), commit_sha: commit };
      const found = await transport.list(callerOf(repository), route, parameters, (page) => readList(page, 'pulls'));
      const pulls = (found ?? []).map((answer) => readPullRequest(answer, repository));
      return pulls.filter(({ state }) => state !== 'closed');
    },

    async commitsOf(repository, number) {
      const parameters = { ...pathOf(repository), pull_number: number };
      const found = await transport.list(callerOf(repository), commitsRoute, parameters, (page) =>
        readList(page, 'commits'),
      );
      if (found === null) throw goneAway(repository);
      const commits = found.map(readCommit);
      if (commits.length < listedCommits) return { commits, complete: true };
      const data = await transport.get(callerOf(repository), pullRoute, parameters);
      if (data === null) throw goneAway(repository);
      return { commits, complete: readObject(data, 'pull').number('commits') <= commits.length };
    },

    async whoCommitted(repository, commit) {
      // The first of a list: a commit asked for by itself comes with all that it changes.
      const parameters = { ...pathOf(repository), sha: commit, per_page: 1 };
      const data = await transport.get(callerOf(repository), historyRoute, parameters);
      const [found] = data === null ? [] : readList(data, 'commits');
      if (found === undefined) throw goneAway(repository);
      return readCommit(found);
    },
  };
}

/** A list member and a single pull request are read alike. */
export function readPullRequest(answer: Answer, repository: Repository): PullRequest {
  const merged = answer.textOrNull('merged_at') !== null;
  const head = answer.object('head');
  const headRepository = head.objectOrNull('repo');
  return {
    repository,
    number: answer.number('number'),
    url: answer.text('html_url'),
    author: loginOf(answer.objectOrNull('user')),
    state: merged ? 'merged' : answer.text('state') === 'open' ? 'open' : 'closed',
    draft: answer.flag('draft'),
    head: {
      commit: head.text('sha'),
      // A fork that was deleted is no repository any more, and still no content of ours.
      fork: headRepository === null || headRepository.number('id') !== repository.id,
    },
    base: { ref: answer.object('base').text('ref') },
    // Of an open one this is GitHub's test merge, which is as old as it likes.
    mergeCommit: merged ? answer.textOrNull('merge_commit_sha') : null,
  };
}

function readCommit(answer: Answer): AttributedCommit {
  // Of an address that is nobody's the account is null, or empty.
  const people = ['author', 'committer'].flatMap((role) => {
    const login = answer.objectOrNull(role)?.textOrNull('login') ?? website;
    return login === website ? [] : [login];
  });
  return { commit: answer.text('sha'), people: [...new Set(people)] };
}
