import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckRun } from '../../src/domain/check-run.ts';
import type { CommitId, Permission, Repository } from '../../src/domain/repository.ts';
import type { Forge } from '../../src/ports/forge.ts';

/** A forge with the repository acme/shop, its person alice, and ways to act on it and to look at it as a person would. */
export interface ForgeWorld extends AsyncDisposable {
  readonly forge: Forge;
  readonly repository: Repository;
  permit(login: string, permission: Permission): Promise<void>;
  /** One more commit on a branch, by alice; or by others (a login, or null: an address that is nobody's), whoever pushes it. */
  push(branch: string, by?: CommitSignature): Promise<CommitId>;
  /** By alice, into main. */
  openPullRequest(branch: string): Promise<number>;
  merge(number: number): Promise<CommitId>;
  close(number: number): Promise<void>;
  comment(number: number, body: string): Promise<number>;
  deleteComment(comment: number): Promise<void>;
  commentBodies(number: number): Promise<readonly string[]>;
  reactions(comment: number): Promise<readonly string[]>;
  /** The latest states of a commit's deployments in an environment, one for each deployment. */
  deploymentStates(
    commit: CommitId,
    environment: string,
  ): Promise<readonly { readonly state: string; readonly logUrl: string | null }[]>;
  /** How many writes the forge has accepted so far. */
  writes(): number;
}

export interface CommitSignature {
  readonly author: string | null;
  readonly committer: string | null;
}

/** What every `Forge` keeps: the port's contract as sentences. */
export function forgeContract(name: string, open: () => Promise<ForgeWorld>): void {
  describe(`${name} keeps the forge's contract`, () => {
    let world: ForgeWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(async () => {
      await world[Symbol.asyncDispose]();
    });

    it('lists installations and their repositories, and knows their facts', async () => {
      const { forge, repository } = world;
      expect(await forge.installations()).toEqual([repository.installation]);
      expect(await forge.repositories(repository.installation)).toEqual([repository]);
      expect(await forge.repositories(999_999)).toEqual([]);
      expect(await forge.facts(repository)).toEqual({
        repository,
        defaultBranch: 'main',
        visibility: 'private',
        url: expect.stringMatching(/^https?:\/\/[^/]+\/acme\/shop$/),
      });
      expect(await forge.facts({ ...repository, name: 'gone', id: 999_999 })).toBeNull();
      expect(await forge.facts({ ...repository, installation: 999_999, id: 999_999 })).toBeNull();
    });

    it('tells whether a file was ever on the default branch', async () => {
      const { forge, repository } = world;
      await world.push('main');
      await world.push('change');
      expect(await forge.everHeld(repository, 'main.yaml')).toBe(true);
      expect(await forge.everHeld(repository, 'change.yaml')).toBe(false);
      expect(await forge.everHeld({ ...repository, name: 'gone', id: 999_999 }, 'main.yaml')).toBe(false);
    });

    it('tells what a person may do', async () => {
      const { forge, repository } = world;
      await world.permit('bob', 'triage');
      expect(await forge.permission(repository, 'bob')).toBe('triage');
      expect(await forge.permission(repository, 'nobody-by-this-name')).toBe('none');
    });

    it('reads a pull request through its life', async () => {
      const { forge, repository } = world;
      const head = await world.push('change');
      const number = await world.openPullRequest('change');
      const open = await forge.pullRequest(repository, number);
      expect(open).toMatchObject({
        repository,
        number,
        author: 'alice',
        state: 'open',
        draft: false,
        head: { commit: head, fork: false },
        base: { ref: 'main' },
        mergeCommit: null,
      });
      expect(open?.url).toBe(`${(await forge.facts(repository))?.url}/pull/${number}`);
      expect(await forge.openPullRequests(repository, 'main')).toEqual([open]);
      expect(await forge.openPullRequests(repository, null)).toEqual([open]);
      expect(await forge.openPullRequests(repository, 'other')).toEqual([]);

      const mergeCommit = await world.merge(number);
      const merged = await forge.pullRequest(repository, number);
      expect(merged).toMatchObject({ state: 'merged', mergeCommit });
      expect(await forge.openPullRequests(repository, null)).toEqual([]);
      expect(await forge.pullRequest(repository, 999)).toBeNull();
    });

    it('finds the pull request that carried a commit, and none for a direct push', async () => {
      const { forge, repository } = world;
      await world.push('change');
      const number = await world.openPullRequest('change');
      const merged = await world.merge(number);
      expect((await forge.pullRequestsOf(repository, merged)).map((pull) => pull.number)).toEqual([number]);
      const direct = await world.push('main');
      expect(await forge.pullRequestsOf(repository, direct)).toEqual([]);
    });

    it('finds the open pull requests that hold a commit, and none that was closed', async () => {
      const { forge, repository } = world;
      const head = await world.push('change');
      const number = await world.openPullRequest('change');
      expect((await forge.pullRequestsOf(repository, head)).map((pull) => pull.number)).toEqual([number]);
      await world.close(number);
      expect(await forge.pullRequestsOf(repository, head)).toEqual([]);
    });

    it('tells who wrote the commits of a pull request, open or merged', async () => {
      const { forge, repository } = world;
      const first = await world.push('change');
      const second = await world.push('change', { author: 'bob', committer: 'alice' });
      const onTheWebsite = await world.push('change', { author: 'bob', committer: 'web-flow' });
      const ofNobody = await world.push('change', { author: null, committer: null });
      const number = await world.openPullRequest('change');
      const held = {
        commits: [
          { commit: first, people: ['alice'] },
          { commit: second, people: ['bob', 'alice'] },
          { commit: onTheWebsite, people: ['bob'] },
          { commit: ofNobody, people: [] },
        ],
        complete: true,
      };
      expect(await forge.commitsOf(repository, number)).toEqual(held);
      await world.merge(number);
      expect(await forge.commitsOf(repository, number)).toEqual(held);
      await expect(forge.commitsOf(repository, 999)).rejects.toMatchObject({ code: 'forge-refused' });
    });

    it('tells who wrote one commit, also where no pull request holds it', async () => {
      const { forge, repository } = world;
      const commit = await world.push('main', { author: 'bob', committer: 'alice' });
      await world.push('main');
      expect(await forge.whoCommitted(repository, commit)).toEqual({ commit, people: ['bob', 'alice'] });
      await expect(forge.whoCommitted(repository, 'f'.repeat(40))).rejects.toMatchObject({ code: 'forge-refused' });
    });

    it('keeps one check run of a name on a commit, and sends nothing that is said already', async () => {
      const { forge, repository } = world;
      const head = await world.push('change');
      const run = aRun(head);
      await forge.publishCheckRun(repository, { ...run, conclusion: null, title: 'Looking' });
      expect(await forge.checkRuns(repository, head)).toMatchObject([
        { name: run.name, conclusion: null, title: 'Looking', completedAt: null },
      ]);
      await forge.publishCheckRun(repository, run);
      const [published, ...more] = await forge.checkRuns(repository, head);
      expect(more).toEqual([]);
      expect(published).toMatchObject({
        name: run.name,
        externalId: run.externalId,
        conclusion: 'failure',
        title: run.title,
        summary: run.summary,
        text: run.text,
      });
      expect(published?.completedAt).not.toBeNull();

      const before = world.writes();
      await forge.publishCheckRun(repository, run);
      expect(world.writes()).toBe(before);

      // A base that moved: the same head is looked at again.
      await forge.publishCheckRun(repository, { ...run, conclusion: null, annotations: [] });
      await forge.publishCheckRun(repository, { ...run, name: 'another' });
      const now = await forge.checkRuns(repository, head);
      expect(new Map(now.map(({ name: of, conclusion }) => [of, conclusion]))).toEqual(
        new Map([
          ['another', 'failure'],
          [run.name, null],
        ]),
      );
      expect(now).toHaveLength(2);
    });

    it('keeps exactly one comment of a marker, and leaves those of people alone', async () => {
      const { forge, repository } = world;
      await world.push('change');
      const number = await world.openPullRequest('change');
      const marker = '<!-- fairlead -->';
      const quoted = await world.comment(number, `${marker}\nquoted by a person`);
      await forge.keepComment(repository, number, marker, `${marker}\nfirst`);
      await forge.keepComment(repository, number, marker, `${marker}\nsecond`);
      expect(await world.commentBodies(number)).toEqual([`${marker}\nquoted by a person`, `${marker}\nsecond`]);

      const before = world.writes();
      await forge.keepComment(repository, number, marker, `${marker}\nsecond`);
      expect(world.writes()).toBe(before);

      const all = await forge.comments(repository, number);
      expect(all.map(({ own, bot }) => [own, bot])).toEqual([
        [false, false],
        [true, true],
      ]);
      const page = (await forge.pullRequest(repository, number))?.url;
      expect(all.map(({ url }) => url)).toEqual(all.map(({ id }) => `${page}#issuecomment-${id}`));
      expect(await forge.comment(repository, quoted)).toMatchObject({ author: 'alice', own: false, bot: false });
      await world.deleteComment(quoted);
      expect(await forge.comment(repository, quoted)).toBeNull();
    });

    it('writes its comment again where somebody deleted it', async () => {
      const { forge, repository } = world;
      await world.push('change');
      const number = await world.openPullRequest('change');
      await forge.keepComment(repository, number, '<!-- a -->', '<!-- a --> one');
      const [own] = await forge.comments(repository, number);
      await world.deleteComment(own?.id ?? 0);
      await forge.keepComment(repository, number, '<!-- a -->', '<!-- a --> one');
      expect(await world.commentBodies(number)).toEqual(['<!-- a --> one']);
    });

    it('reacts once, however often it is asked to', async () => {
      const { forge, repository } = world;
      await world.push('change');
      const number = await world.openPullRequest('change');
      const comment = await world.comment(number, '/plan');
      await forge.react(repository, comment, '+1');
      await forge.react(repository, comment, '+1');
      expect(await world.reactions(comment)).toEqual(['+1']);
    });

    it('sets a status, and not again where it says the same', async () => {
      const { forge, repository } = world;
      const commit = await world.push('main');
      await forge.setStatus(repository, commit, aStatus);
      const before = world.writes();
      await forge.setStatus(repository, commit, aStatus);
      expect(world.writes()).toBe(before);
      const done = {
        ...aStatus,
        state: 'success',
        description: 'converged',
        targetUrl: 'https://example.com',
      } as const;
      await forge.setStatus(repository, commit, { ...aStatus, context: 'fairlead/production' });
      await forge.setStatus(repository, commit, done);
      // Where it leads is a part of what it says.
      await forge.setStatus(repository, commit, { ...done, targetUrl: 'https://example.com/elsewhere' });
      await forge.setStatus(repository, commit, done);
      const now = await forge.statuses(repository, commit);
      const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string;
      expect(now.toSorted((left, right) => left.context.localeCompare(right.context))).toEqual([
        { ...aStatus, context: 'fairlead/production', at },
        { ...done, at },
      ]);
    });

    it('makes one deployment of a commit and environment, and sets its state where that differs', async () => {
      const { forge, repository } = world;
      const commit = await world.push('main');
      // A pending status must not keep the deployment from being made.
      await forge.setStatus(repository, commit, aStatus);
      await forge.setDeployment(repository, commit, aDeployment);
      const before = world.writes();
      await forge.setDeployment(repository, commit, aDeployment);
      expect(world.writes()).toBe(before);
      await forge.setDeployment(repository, commit, {
        ...aDeployment,
        state: 'success',
        description: 'converged',
        environmentUrl: 'https://shop.example.com',
        logUrl: 'https://example.com/story',
      });
      expect(await world.deploymentStates(commit, 'staging')).toEqual([
        { state: 'success', logUrl: 'https://example.com/story' },
      ]);
    });
  });
}

export const aStatus = {
  context: 'fairlead/staging',
  state: 'pending',
  description: 'applying',
  targetUrl: null,
} as const;

export const aDeployment = {
  environment: 'staging',
  state: 'in_progress',
  description: 'applying',
  environmentUrl: null,
  logUrl: null,
} as const;

export function aRun(head: CommitId, given: Partial<CheckRun> = {}): CheckRun {
  return {
    name: 'fairlead/plan',
    head,
    externalId: `1:${'b'.repeat(40)}:-`,
    conclusion: 'failure',
    title: 'Cannot be deployed',
    summary: 'One object is blocked.',
    text: '',
    annotations: [
      { path: 'deploy/web.yaml', startLine: 1, endLine: 1, level: 'failure', title: 'web', message: 'no image' },
    ],
    actions: [{ label: 'Plan again', description: 'Predict it again', identifier: 'plan-again' }],
    ...given,
  };
}
