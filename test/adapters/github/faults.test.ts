import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultyRequest, Harm } from '../../../sandbox/forge/faults.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { aDeployment, aRun, aStatus } from '../../contracts/forge.ts';
import { type LocalGitHub, openLocalGitHub } from './local-github.ts';

describe('GitHub in trouble', () => {
  let github: LocalGitHub;
  let number: number;
  let head: string;
  beforeEach(async () => {
    github = await openLocalGitHub();
    head = await github.push('change');
    number = await github.openPullRequest('change');
  });
  afterEach(async () => {
    await github[Symbol.asyncDispose]();
  });

  const lost: readonly (readonly [string, Harm])[] = [
    ['a 502', { kind: 'status', status: 502 }],
    ['a connection that is reset', { kind: 'reset' }],
  ];

  it.each(lost)('leaves one comment when %s hides that it was created', async (_name, harm) => {
    const fault = github.local.faults.place({ matches: posts('/comments'), when: 'after', harm });
    await github.forge.keepComment(github.repository, number, '<!-- a -->', '<!-- a --> text');
    expect(fault.used()).toBe(1);
    expect(await github.commentBodies(number)).toEqual(['<!-- a --> text']);
  });

  it.each(lost)('creates the comment after all when %s kept it from being created', async (_name, harm) => {
    const fault = github.local.faults.place({ matches: posts('/comments'), when: 'before', harm, times: 2 });
    await github.forge.keepComment(github.repository, number, '<!-- a -->', '<!-- a --> text');
    expect(fault.used()).toBe(2);
    expect(await github.commentBodies(number)).toEqual(['<!-- a --> text']);
  });

  it.each(lost)('leaves one check run with each annotation once when answers are lost to %s', async (_name, harm) => {
    const annotations = Array.from({ length: 120 }, (_, index) => ({
      path: 'deploy/web.yaml',
      startLine: index + 1,
      endLine: index + 1,
      level: 'failure' as const,
      title: `problem ${index}`,
      message: 'wrong',
    }));
    github.local.faults.place({ matches: posts('/check-runs'), when: 'after', harm });
    const appended = github.local.faults.place({ matches: patches('/check-runs/'), when: 'after', harm });
    const refused = github.local.faults.place({ matches: patches('/check-runs/'), when: 'before', harm });
    await github.forge.publishCheckRun(github.repository, aRun(head, { annotations }));
    expect([appended.used(), refused.used()]).toEqual([1, 1]);
    const [run, ...more] = github.local.state.checkRuns.where(() => true);
    expect(more).toEqual([]);
    expect(run?.annotations.map(({ title }) => title)).toEqual(annotations.map(({ title }) => title));
  });

  it.each(lost)('sets one status and one deployment when answers are lost to %s', async (_name, harm) => {
    github.local.faults.place({ matches: posts('/statuses/'), when: 'after', harm });
    await github.forge.setStatus(github.repository, head, aStatus);
    expect(github.local.state.statuses.where(() => true)).toHaveLength(1);

    github.local.faults.place({ matches: posts('/deployments'), when: 'after', harm });
    github.local.faults.place({ matches: posts('/statuses'), when: 'after', harm });
    await github.forge.setDeployment(github.repository, head, aDeployment);
    expect(await github.deploymentStates(head, 'staging')).toMatchObject([{ state: 'in_progress' }]);
    expect(github.local.state.deploymentStatuses.where(() => true)).toHaveLength(1);
  });

  it('reads on when answers to reads and to a token are lost', async () => {
    const everything = github.local.faults.place({ matches: () => true, when: 'before', harm: reset, times: 2 });
    expect(await github.forge.pullRequest(github.repository, number)).toMatchObject({ number });
    expect(everything.used()).toBe(2);
  });

  it('gives up on a GitHub that stays away, and says that trying later may help', async () => {
    github.local.faults.place({ matches: () => true, when: 'before', harm: reset, times: 1000 });
    const failures = await Promise.all([
      failureOf(github.forge.pullRequest(github.repository, number)),
      failureOf(github.forge.keepComment(github.repository, number, '<!-- a -->', '<!-- a -->')),
      failureOf(github.forge.publishCheckRun(github.repository, aRun(head))),
      failureOf(github.forge.credentials(github.repository)),
    ]);
    expect(failures.map(({ code, retryable }) => [code, retryable])).toEqual(
      failures.map(() => ['forge-unreachable', true]),
    );
  });

  it('waits as long as a secondary limit asks, and then does it once', async () => {
    const harm: Harm = { kind: 'secondary-limit', status: 403, retryAfterSeconds: 7 };
    github.local.faults.place({ matches: posts('/comments'), when: 'before', harm });
    await github.forge.keepComment(github.repository, number, '<!-- a -->', '<!-- a --> text');
    expect(github.slept.some((ms) => ms > 6000 && ms <= 7000)).toBe(true);
    expect(await github.commentBodies(number)).toEqual(['<!-- a --> text']);
  });

  it('does not wait out a limit that outlasts its patience, nor ask again meanwhile', async () => {
    await github.forge.pullRequest(github.repository, number);
    const harm: Harm = { kind: 'rate-limit', resetSeconds: 1800 };
    const fault = github.local.faults.place({ matches: () => true, when: 'before', harm, times: 1000 });
    expect(await failureOf(github.forge.facts(github.repository))).toMatchObject({
      code: 'forge-unreachable',
      retryable: true,
    });
    expect(await failureOf(github.forge.pullRequest(github.repository, number))).toMatchObject({ retryable: true });
    expect(fault.used()).toBe(1);
  });

  it('fetches another token when its own no longer counts', async () => {
    await github.forge.pullRequest(github.repository, number);
    for (const token of github.local.state.tokens.where(() => true)) {
      github.local.state.tokens.change(token.id, { expiresAt: 0 });
    }
    expect(await github.forge.pullRequest(github.repository, number)).toMatchObject({ number });
    await github.forge.keepComment(github.repository, number, '<!-- a -->', '<!-- a --> text');
    expect(await github.commentBodies(number)).toEqual(['<!-- a --> text']);
  });

  it('says that it was refused, once, when a permission is missing', async () => {
    for (const installation of github.local.state.installations.where(() => true)) {
      github.local.state.installations.change(installation.id, { permissions: { metadata: 'read' } });
    }
    github.forget();
    const failure = await failureOf(github.forge.setStatus(github.repository, head, aStatus));
    expect(failure).toMatchObject({ code: 'forge-refused', retryable: false });
    expect(failure.message).not.toMatch(/ghs_|Bearer|BEGIN/);
    expect(github.sent().filter((request) => request !== 'GET /app')).toHaveLength(1);
    // Provoked here: an App that asks for less than it needs.
    expect(github.local.takeViolations()).toMatchObject([{ kind: 'request', status: 403, outcome: 'refused' }]);
  });

  it('knows nothing of a repository whose installation is suspended', async () => {
    github.local.suspendInstallation(github.installation, true);
    expect(await github.forge.facts(github.repository)).toBeNull();
    expect(await github.forge.installations()).toEqual([]);
    expect(await github.forge.repositories(github.installation)).toEqual([]);
    // The refusals are what is tested here.
    const refused = { kind: 'request', status: 403, outcome: 'refused' };
    expect(github.local.takeViolations()).toMatchObject([refused, refused]);
  });

  it('stops waiting for an answer that does not come', async () => {
    const impatient = await openLocalGitHub({ patience: { totalMs: 60_000, attemptMs: 100 } });
    const harm: Harm = { kind: 'latency', ms: 400 };
    const fault = impatient.local.faults.place({
      matches: ({ path }) => path === '/repos/acme/shop',
      when: 'before',
      harm,
    });
    expect(await impatient.forge.facts(impatient.repository)).toMatchObject({ defaultBranch: 'main' });
    expect(fault.used()).toBe(1);
    await impatient[Symbol.asyncDispose]();
  });
});

const reset: Harm = { kind: 'reset' };

function posts(part: string): (request: FaultyRequest) => boolean {
  return ({ method, path }) => method === 'POST' && path.includes(part);
}

function patches(part: string): (request: FaultyRequest) => boolean {
  return ({ method, path }) => method === 'PATCH' && path.includes(part);
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
