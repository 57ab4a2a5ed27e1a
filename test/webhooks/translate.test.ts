import { describe, expect, it } from 'vitest';
import { bodyDigest } from '../../src/domain/body-digest.ts';
import { jobsOf } from '../../src/webhooks/translate.ts';

const repository = { id: 7, owner: 'acme', name: 'shop', installation: 11 };
const ofRepository = {
  repository: { id: 7, name: 'shop', owner: { login: 'acme', id: 1 }, full_name: 'acme/shop' },
  installation: { id: 11, node_id: 'x' },
  sender: { login: 'ann', type: 'User' },
};
const nothing = { kind: 'jobs', jobs: [], delayMs: 0 };
const a = 'a'.repeat(40);

describe('a pull request', () => {
  const payload = (action: string, more: object = {}) => ({
    ...ofRepository,
    action,
    number: 3,
    pull_request: { number: 3, merged: false, base: { ref: 'main' } },
    ...more,
  });

  it.each(['opened', 'reopened', 'synchronize', 'ready_for_review'])('that is %s is inspected', (action) => {
    expect(jobsOf('pull_request', payload(action))).toEqual({
      kind: 'jobs',
      delayMs: 0,
      jobs: [{ kind: 'inspect-pull-request', repository, number: 3 }],
    });
  });

  it('that gets another base is inspected, one that gets another title is not', () => {
    const base = payload('edited', { changes: { base: { ref: { from: 'main' }, sha: { from: a } } } });
    expect(jobsOf('pull_request', base)).toMatchObject({ jobs: [{ kind: 'inspect-pull-request' }] });
    expect(jobsOf('pull_request', payload('edited', { changes: { title: { from: 'old' } } }))).toEqual(nothing);
  });

  it('that is merged is released, also if the webhook of the push is lost', () => {
    const merged = payload('closed', { pull_request: { merged: true, base: { ref: 'main' } } });
    expect(jobsOf('pull_request', merged)).toEqual({
      kind: 'jobs',
      delayMs: 1500,
      jobs: [
        { kind: 'fan-out-push', repository, branch: 'main', asked: 'push', before: null },
        { kind: 'present-pull-request', repository, number: 3 },
      ],
    });
  });

  it('that is closed is shown on its head no longer', () => {
    expect(jobsOf('pull_request', payload('closed'))).toEqual({
      kind: 'jobs',
      delayMs: 0,
      jobs: [{ kind: 'present-pull-request', repository, number: 3 }],
    });
  });

  it.each(['labeled', 'assigned', 'review_requested'])('that is %s asks for nothing', (action) => {
    expect(jobsOf('pull_request', payload(action))).toEqual(nothing);
  });
});

describe('a push', () => {
  const payload = (more: object) => ({ ...ofRepository, ref: 'refs/heads/main', before: a, deleted: false, ...more });

  it('to a branch is fanned out, from the tip before it', () => {
    expect(jobsOf('push', payload({ ref: 'refs/heads/release/1.2' }))).toEqual({
      kind: 'jobs',
      delayMs: 0,
      jobs: [{ kind: 'fan-out-push', repository, branch: 'release/1.2', asked: 'push', before: a }],
    });
  });

  it('that makes a branch has no tip before it', () => {
    expect(jobsOf('push', payload({ before: '0'.repeat(40) }))).toMatchObject({ jobs: [{ before: null }] });
  });

  it('that deletes a branch, or is of a tag, asks for nothing', () => {
    expect(jobsOf('push', payload({ deleted: true }))).toEqual(nothing);
    expect(jobsOf('push', payload({ ref: 'refs/tags/v1' }))).toEqual(nothing);
  });
});

describe('a comment', () => {
  const payload = ({ action = 'created', body = '/plan', type = 'User', pull = true }) => ({
    ...ofRepository,
    action,
    issue: { number: 3, ...(pull ? { pull_request: { url: 'x' } } : {}) },
    comment: { id: 99, body, user: { login: 'ann', type } },
  });

  it('with a command runs it', () => {
    const body = 'please\r\n\r\n/plan';
    expect(jobsOf('issue_comment', payload({ body }))).toEqual({
      kind: 'jobs',
      delayMs: 0,
      jobs: [{ kind: 'run-command', repository, number: 3, comment: 99, written: bodyDigest(body) }],
    });
  });

  it.each([
    ['says nothing to us', { body: 'looks good, see `/plan`' }],
    ['was edited', { action: 'edited' }],
    ['was deleted', { action: 'deleted' }],
    ['is a bot’s', { type: 'Bot' }],
    ['is on an issue', { pull: false }],
  ])('that %s asks for nothing', (_, options) => {
    expect(jobsOf('issue_comment', payload(options))).toEqual(nothing);
  });
});

describe('a check run', () => {
  const payload = ({
    action = 'rerequested',
    externalId = `3:${a}:abc`,
    identifier = '',
    pulls = [{ number: 3 }],
  }) => ({
    ...ofRepository,
    action,
    check_run: { id: 5, name: 'fairlead/plan', external_id: externalId, pull_requests: pulls },
    ...(identifier === '' ? {} : { requested_action: { identifier } }),
  });
  const inspected = { kind: 'jobs', delayMs: 0, jobs: [{ kind: 'inspect-pull-request', repository, number: 3 }] };

  it('that is asked for again is inspected again', () => {
    expect(jobsOf('check_run', payload({}))).toEqual(inspected);
    expect(jobsOf('check_run', payload({ action: 'requested_action', identifier: 'plan-again' }))).toEqual(inspected);
  });

  it('of a fork names its pull request itself, GitHub does not', () => {
    expect(jobsOf('check_run', payload({ pulls: [] }))).toEqual(inspected);
    expect(jobsOf('check_run', payload({ pulls: [], externalId: `3:${a}:-` }))).toEqual(inspected);
  });

  it('that names none is told by GitHub, or asks for nothing', () => {
    expect(jobsOf('check_run', payload({ externalId: '' }))).toEqual(inspected);
    expect(jobsOf('check_run', payload({ externalId: 'else', pulls: [] }))).toEqual(nothing);
  });

  it.each(['created', 'completed'])('that is %s asks for nothing', (action) => {
    expect(jobsOf('check_run', payload({ action }))).toEqual(nothing);
  });

  it('whose *Confirm* is pressed is confirmed by who pressed it, with the digest beside the button', () => {
    const pressed = payload({ action: 'requested_action', identifier: 'confirm' });
    expect(jobsOf('check_run', pressed)).toEqual({
      kind: 'jobs',
      delayMs: 0,
      jobs: [{ kind: 'press-confirm', repository, number: 3, digest: 'abc', by: 'ann' }],
    });
    expect(jobsOf('check_run', { ...pressed, sender: { login: 'x[bot]', type: 'Bot' } })).toEqual(nothing);
    const nameless = payload({ action: 'requested_action', identifier: 'confirm', externalId: `3:${a}:-` });
    expect(jobsOf('check_run', nameless)).toEqual(nothing);
  });

  it('with another button asks for nothing', () => {
    expect(jobsOf('check_run', payload({ action: 'requested_action', identifier: 'explode' }))).toEqual(nothing);
  });
});

describe('a check suite', () => {
  const payload = (action: string) => ({
    ...ofRepository,
    action,
    check_suite: { id: 1, head_sha: a, pull_requests: [{ number: 3 }, { number: 4 }] },
  });

  it('that is asked for again is inspected again, with each of its pull requests', () => {
    expect(jobsOf('check_suite', payload('rerequested'))).toMatchObject({ jobs: [{ kind: 'inspect-head', head: a }] });
    expect(jobsOf('check_suite', payload('requested'))).toEqual(nothing);
  });
});

describe('an installation', () => {
  it.each([
    ['installation', 'created'],
    ['installation', 'unsuspend'],
    ['installation', 'new_permissions_accepted'],
    ['installation_repositories', 'added'],
  ])('%s %s is swept for what was there before', (event, action) => {
    expect(jobsOf(event, { action, installation: { id: 11 } })).toEqual({
      kind: 'jobs',
      delayMs: 0,
      jobs: [{ kind: 'sweep', installation: 11 }],
    });
  });

  it.each([
    ['installation', 'deleted'],
    ['installation', 'suspend'],
    ['installation_repositories', 'removed'],
  ])('%s %s asks for nothing', (event, action) => {
    expect(jobsOf(event, { action, installation: { id: 11 } })).toEqual(nothing);
  });
});

describe('anything else', () => {
  it.each(['ping', 'star', 'workflow_run', 'constructor'])('such as %s asks for nothing', (event) => {
    expect(jobsOf(event, { zen: 'Keep it logically awesome.' })).toEqual(nothing);
  });

  it('that bears the name of ours and is not as documented is refused by place, not by value', () => {
    const translation = jobsOf('push', { ...ofRepository, ref: 7, before: 'hunter2', deleted: false });
    expect(translation).toMatchObject({ kind: 'unreadable' });
    expect(JSON.stringify(translation)).toContain('ref');
    expect(JSON.stringify(translation)).not.toContain('hunter2');
    for (const payload of [null, undefined, 'text', 7, []]) {
      expect(jobsOf('pull_request', payload)).toMatchObject({ kind: 'unreadable' });
    }
  });
});
