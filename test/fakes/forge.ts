import type { CheckRun } from '../../src/domain/check-run.ts';
import type { CommitStatus, DeploymentState } from '../../src/domain/commit-status.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { AttributedCommit, PullRequest, PullRequestCommits } from '../../src/domain/pull-request.ts';
import type { CommitId, Permission, Repository, RepositoryFacts } from '../../src/domain/repository.ts';
import type { Comment, Forge, PublishedCheckRun, Reaction } from '../../src/ports/forge.ts';

/** One write that reached the forge: what was equal already was not sent and is not here. */
export type ForgeWrite =
  | { readonly kind: 'check-run'; readonly action: 'created' | 'updated'; readonly run: CheckRun }
  | {
      readonly kind: 'comment';
      readonly action: 'created' | 'edited' | 'deleted';
      readonly number: number;
      readonly comment: Comment;
    }
  | { readonly kind: 'reaction'; readonly comment: number; readonly reaction: Reaction }
  | { readonly kind: 'status'; readonly commit: CommitId; readonly status: CommitStatus }
  | { readonly kind: 'deployment'; readonly commit: CommitId; readonly deployment: DeploymentState };

export interface FakeForge extends Forge {
  /** Everything written, oldest first. */
  readonly writes: readonly ForgeWrite[];
  addRepository(repository: Repository, facts?: Partial<Omit<RepositoryFacts, 'repository'>>): void;
  /** Puts a file onto its default branch. */
  putFile(repository: Repository, path: string): void;
  removeRepository(repository: Repository): void;
  setPermission(repository: Repository, login: string, permission: Permission): void;
  /** Adds it, or puts it in the place of the one with the same number. Returns it. */
  putPullRequest(pullRequest: Partial<PullRequest> & Pick<PullRequest, 'repository' | 'number'>): PullRequest;
  /** Says which commits a pull request holds; without it, its head alone, by who opened it. */
  putCommits(repository: Repository, number: number, commits: readonly AttributedCommit[], complete?: boolean): void;
  /** Says who wrote a commit that came by no pull request. */
  putPushed(commit: AttributedCommit): void;
  /** A comment by somebody; `author` null: by the App itself. Returns its id. */
  addComment(
    repository: Repository,
    number: number,
    body: string,
    author?: Partial<Pick<Comment, 'author' | 'bot'>> | null,
  ): number;
  /** Somebody changes a comment; `at` as it is stamped: default the second in which it was written. */
  editComment(comment: number, body: string, at?: string): void;
  deleteComment(comment: number): void;
  /** The next call of this method throws `error`, once; with `after`, once its effect has happened. */
  failNext(method: keyof Forge, error: Error, when?: 'before' | 'after'): void;

  /** What a person would see now. */
  commentBodies(repository: Repository, number: number): readonly string[];
  /** '': it was deleted. */
  bodyOf(comment: number): string;
  publishedRun(repository: Repository, commit: CommitId, name: string): CheckRun | null;
  publishedRuns(repository: Repository, commit: CommitId): readonly CheckRun[];
  status(repository: Repository, commit: CommitId, context: string): CommitStatus | null;
  deployment(repository: Repository, commit: CommitId, environment: string): DeploymentState | null;
  reactions(comment: number): readonly Reaction[];
}

/** GitHub in memory. `now` is ISO 8601 for what it stamps; every call of it may answer a later time. */
export function fakeForge(now: () => string = countingClock()): FakeForge {
  const repositories = new Map<number, RepositoryFacts>();
  const permissions = new Map<string, Permission>();
  const pullRequests = new Map<string, { pullRequest: PullRequest; held: PullRequestCommits | null }>();
  const comments: { repository: number; number: number; comment: Comment }[] = [];
  const runs: { repository: number; run: CheckRun; published: PublishedCheckRun }[] = [];
  const statuses: { repository: number; commit: CommitId; status: CommitStatus; at: string }[] = [];
  const deployments: { repository: number; commit: CommitId; deployment: DeploymentState }[] = [];
  const held = new Set<string>();
  const pushed = new Map<CommitId, AttributedCommit>();
  const reactions: { comment: number; reaction: Reaction }[] = [];
  const writes: ForgeWrite[] = [];
  const failures: { method: keyof Forge; error: Error; when: 'before' | 'after' }[] = [];
  let lastId = 1000;

  async function call<T>(method: keyof Forge, effect: () => T): Promise<T> {
    const index = failures.findIndex((failure) => failure.method === method);
    const failure = index < 0 ? undefined : failures.splice(index, 1)[0];
    if (failure?.when === 'before') throw failure.error;
    const result = effect();
    if (failure?.when === 'after') throw failure.error;
    return result;
  }

  function pullRequestsWhere(repository: Repository, matches: (pullRequest: PullRequest) => boolean) {
    return [...pullRequests.values()].filter(
      (entry) => entry.pullRequest.repository.id === repository.id && matches(entry.pullRequest),
    );
  }

  function commentsOf(repository: Repository, number: number): readonly Comment[] {
    return comments
      .filter((entry) => entry.repository === repository.id && entry.number === number)
      .map((entry) => entry.comment);
  }

  function writeComment(repository: Repository, number: number, comment: Comment): void {
    const at = comments.findIndex((entry) => entry.comment.id === comment.id);
    const entry = { repository: repository.id, number, comment };
    if (at < 0) comments.push(entry);
    else comments[at] = entry;
  }

  function removeComment(id: number): void {
    const at = comments.findIndex((entry) => entry.comment.id === id);
    if (at >= 0) comments.splice(at, 1);
  }

  return {
    writes,

    addRepository(repository, facts = {}) {
      repositories.set(repository.id, {
        repository,
        defaultBranch: 'main',
        visibility: 'private',
        url: pageOf(repository),
        ...facts,
      });
    },
    removeRepository(repository) {
      repositories.delete(repository.id);
    },
    setPermission(repository, login, permission) {
      permissions.set(`${repository.id} ${login.toLowerCase()}`, permission);
    },
    putPullRequest(given) {
      const key = `${given.repository.id}#${given.number}`;
      const pullRequest: PullRequest = {
        url: pullPage(given.repository, given.number),
        author: 'ada',
        state: 'open',
        draft: false,
        head: { commit: '1'.repeat(40), fork: false },
        base: { ref: 'main' },
        mergeCommit: null,
        ...pullRequests.get(key)?.pullRequest,
        ...given,
      };
      pullRequests.set(key, { pullRequest, held: pullRequests.get(key)?.held ?? null });
      return pullRequest;
    },
    putCommits(repository, number, commits, complete = true) {
      const entry = pullRequests.get(`${repository.id}#${number}`);
      if (entry !== undefined) entry.held = { commits, complete };
    },
    putFile(repository, path) {
      held.add(`${repository.id} ${path}`);
    },
    putPushed(commit) {
      pushed.set(commit.commit, commit);
    },
    addComment(repository, number, body, author = {}) {
      const at = now();
      const id = ++lastId;
      const who =
        author === null
          ? { author: 'fairlead[bot]', bot: true, own: true }
          : { author: author.author ?? 'grace', bot: author.bot ?? false, own: false };
      writeComment(repository, number, {
        id,
        url: commentPage(repository, number, id),
        body,
        createdAt: at,
        updatedAt: at,
        ...who,
      });
      return id;
    },
    editComment(id, body, at) {
      const entry = comments.find(({ comment }) => comment.id === id);
      if (entry !== undefined) entry.comment = { ...entry.comment, body, updatedAt: at ?? entry.comment.createdAt };
    },
    deleteComment: removeComment,
    failNext(method, error, when = 'before') {
      failures.push({ method, error, when });
    },

    bodyOf: (id) => comments.find(({ comment }) => comment.id === id)?.comment.body ?? '',
    commentBodies: (repository, number) => commentsOf(repository, number).map((comment) => comment.body),
    publishedRun: (repository, commit, name) =>
      runs.find((entry) => entry.repository === repository.id && entry.run.head === commit && entry.run.name === name)
        ?.run ?? null,
    publishedRuns: (repository, commit) =>
      runs.filter((entry) => entry.repository === repository.id && entry.run.head === commit).map((entry) => entry.run),
    status: (repository, commit, context) =>
      statuses.find(
        (entry) => entry.repository === repository.id && entry.commit === commit && entry.status.context === context,
      )?.status ?? null,
    deployment: (repository, commit, environment) =>
      deployments.find(
        (entry) =>
          entry.repository === repository.id && entry.commit === commit && entry.deployment.environment === environment,
      )?.deployment ?? null,
    reactions: (comment) => reactions.filter((entry) => entry.comment === comment).map((entry) => entry.reaction),

    installations: () =>
      call('installations', () => [
        ...new Set([...repositories.values()].map(({ repository }) => repository.installation)),
      ]),
    repositories: (installation) =>
      call('repositories', () =>
        [...repositories.values()]
          .map((facts) => facts.repository)
          .filter((repository) => repository.installation === installation),
      ),
    everHeld: (repository, path) =>
      call('everHeld', () => repositories.has(repository.id) && held.has(`${repository.id} ${path}`)),
    facts: (repository) => call('facts', () => repositories.get(repository.id) ?? null),
    permission: (repository, login) =>
      call('permission', () => permissions.get(`${repository.id} ${login.toLowerCase()}`) ?? 'none'),

    pullRequest: (repository, number) =>
      call('pullRequest', () => pullRequests.get(`${repository.id}#${number}`)?.pullRequest ?? null),
    openPullRequests: (repository, base) =>
      call('openPullRequests', () =>
        pullRequestsWhere(repository, (pr) => pr.state === 'open' && (base === null || pr.base.ref === base)).map(
          (entry) => entry.pullRequest,
        ),
      ),
    pullRequestsOf: (repository, commit) =>
      call('pullRequestsOf', () =>
        pullRequestsWhere(repository, (pr) => pr.state !== 'closed')
          .filter(
            ({ pullRequest, held }) =>
              pullRequest.head.commit === commit ||
              pullRequest.mergeCommit === commit ||
              held?.commits.some((one) => one.commit === commit) === true,
          )
          .map((entry) => entry.pullRequest),
      ),
    commitsOf: (repository, number) =>
      call('commitsOf', () => {
        const entry = pullRequests.get(`${repository.id}#${number}`);
        if (entry === undefined) throw gone(repository, number);
        const { head, author } = entry.pullRequest;
        return entry.held ?? { commits: [{ commit: head.commit, people: [author] }], complete: true };
      }),
    whoCommitted: (repository, commit) =>
      call('whoCommitted', () => {
        const found = pushed.get(commit);
        if (found === undefined) throw gone(repository, commit);
        return found;
      }),

    checkRuns: (repository, commit) =>
      call('checkRuns', () =>
        runs
          .filter((entry) => entry.repository === repository.id && entry.run.head === commit)
          .map((entry) => entry.published),
      ),
    publishCheckRun: (repository, run) =>
      call('publishCheckRun', () => {
        const at = runs.findIndex(
          (entry) => entry.repository === repository.id && entry.run.head === run.head && entry.run.name === run.name,
        );
        const before = runs[at];
        if (before !== undefined && JSON.stringify(before.run) === JSON.stringify(run)) return;
        const published: PublishedCheckRun = {
          id: before?.published.id ?? ++lastId,
          name: run.name,
          externalId: run.externalId,
          conclusion: run.conclusion,
          title: run.title,
          summary: run.summary,
          text: run.text,
          completedAt: run.conclusion === null ? null : now(),
        };
        const entry = { repository: repository.id, run, published };
        if (before === undefined) runs.push(entry);
        else runs[at] = entry;
        writes.push({ kind: 'check-run', action: before === undefined ? 'created' : 'updated', run });
      }),

    comments: (repository, number) => call('comments', () => commentsOf(repository, number)),
    comment: (_repository, comment) =>
      call('comment', () => comments.find((entry) => entry.comment.id === comment)?.comment ?? null),
    keepComment: (repository, number, marker, body) =>
      call('keepComment', () => {
        const at = now();
        const [kept, ...doubles] = commentsOf(repository, number).filter(
          (comment) => comment.own && comment.body.includes(marker),
        );
        for (const double of doubles) {
          removeComment(double.id);
          writes.push({ kind: 'comment', action: 'deleted', number, comment: double });
        }
        if (kept?.body === body) return;
        const id = kept?.id ?? ++lastId;
        const url = commentPage(repository, number, id);
        const comment: Comment =
          kept === undefined
            ? { id, url, author: 'fairlead[bot]', bot: true, own: true, body, createdAt: at, updatedAt: at }
            : { ...kept, body, updatedAt: at };
        writeComment(repository, number, comment);
        writes.push({ kind: 'comment', action: kept === undefined ? 'created' : 'edited', number, comment });
      }),
    react: (_repository, comment, reaction) =>
      call('react', () => {
        // GitHub answers 200 to a reaction that is there already, and keeps one.
        if (reactions.some((entry) => entry.comment === comment && entry.reaction === reaction)) return;
        reactions.push({ comment, reaction });
        writes.push({ kind: 'reaction', comment, reaction });
      }),

    statuses: (repository, commit) =>
      call('statuses', () =>
        statuses
          .filter((entry) => entry.repository === repository.id && entry.commit === commit)
          .map(({ status, at }) => ({ ...status, at })),
      ),
    setStatus: (repository, commit, status) =>
      call('setStatus', () => {
        const at = statuses.findIndex(
          (entry) =>
            entry.repository === repository.id && entry.commit === commit && entry.status.context === status.context,
        );
        if (at >= 0 && JSON.stringify(statuses[at]?.status) === JSON.stringify(status)) return;
        const entry = { repository: repository.id, commit, status, at: now() };
        if (at < 0) statuses.push(entry);
        else statuses[at] = entry;
        writes.push({ kind: 'status', commit, status });
      }),
    setDeployment: (repository, commit, deployment) =>
      call('setDeployment', () => {
        const at = deployments.findIndex(
          (entry) =>
            entry.repository === repository.id &&
            entry.commit === commit &&
            entry.deployment.environment === deployment.environment,
        );
        if (at >= 0 && JSON.stringify(deployments[at]?.deployment) === JSON.stringify(deployment)) return;
        const entry = { repository: repository.id, commit, deployment };
        if (at < 0) deployments.push(entry);
        else deployments[at] = entry;
        writes.push({ kind: 'deployment', commit, deployment });
      }),
  };
}

function gone(repository: Repository, what: number | CommitId): Failure {
  const subject = `${repository.name}#${what}`;
  return new Failure('forge-refused', { subject, message: '404', retryable: false, cause: null });
}

function pageOf(repository: Repository): string {
  return `https://github.com/${repository.owner}/${repository.name}`;
}

function pullPage(repository: Repository, number: number): string {
  return `${pageOf(repository)}/pull/${number}`;
}

function commentPage(repository: Repository, number: number, comment: number): string {
  return `${pullPage(repository, number)}#issuecomment-${comment}`;
}

// A second later at every look, as ISO 8601.
function countingClock(): () => string {
  let ms = Date.UTC(2026, 10, 20, 14, 0, 0);
  return () => {
    ms += 1000;
    return new Date(ms).toISOString();
  };
}
