import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emailOf } from '../../sandbox/forge/bodies/account.ts';
import { git } from '../../sandbox/forge/git/run.ts';
import { findAccount, findRepository } from '../../sandbox/forge/state/find.ts';
import { name, owner } from '../../sandbox/sample.ts';
import { planCommentMarker } from '../../src/domain/marker.ts';
import { eventually } from '../eventually.ts';
import { configMap, deployment, volumeClaim } from '../manifest-texts.ts';
import { quiet } from './quiet.ts';
import { paths, settings, webFiles } from './shop.ts';
import { type Story, shop, startStory } from './story.ts';

describe('a pull request from its opening to its verdict', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory();
  });
  afterAll(() => story.close());

  it('is planned, released and observed, and says so everywhere', async () => {
    const pull = await story.open('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    expect((await story.planned(pull)).conclusion).toBe('success');
    expect(await story.comment(pull.number)).toContain('create · ConfigMap shop/extra');
    expect(await story.live('staging', paths.configMap('extra')), 'a plan writes nothing').toBeNull();

    const commit = await story.merge(pull);
    const verdict = await story.verdict(commit, 'staging');
    expect(verdict).toMatchObject({ state: 'success' });
    expect(verdict.description).toMatch(/^converged: 3 objects in /);
    expect(await story.live('staging', paths.configMap('extra'))).not.toBeNull();
    await eventually(async () => (await story.comment(pull.number)).includes('merged; staging converged'));

    const { state } = story.world.forge;
    const comment = state.comments.find(
      ({ number, body }) => number === pull.number && body.includes(planCommentMarker),
    );
    const url = `${story.world.forge.url}/${shop}/pull/${pull.number}#issuecomment-${comment?.id}`;
    expect(verdict.url).toBe(url);
    // The deployment is told last: nothing that matters more waits for it.
    const said = await eventually(() => {
      const deployment = state.deployments.find(({ sha, environment }) => sha === commit && environment === 'staging');
      return state.deploymentStatuses.where(
        ({ deploymentId, state: told }) => deploymentId === deployment?.id && told === 'success',
      )[0];
    });
    expect(said).toMatchObject({ logUrl: url });
  });

  it('makes a role and what binds it in one pull request, under the rights of a team', async () => {
    const rbac = 'apiVersion: rbac.authorization.k8s.io/v1';
    const roleRef = 'roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }';
    const pull = await story.open('role', {
      'deploy/staging/role.yaml': `${rbac}
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
---
${rbac}
kind: RoleBinding
metadata: { name: reader }
${roleRef}
subjects: [{ kind: ServiceAccount, name: default }]
`,
    });
    expect((await story.planned(pull)).conclusion).toBe('success');
    const comment = await story.comment(pull.number);
    expect(comment).toContain('create · RoleBinding shop/reader');
    expect(comment).toContain('Role shop/reader is created by the same plan');
    expect(await story.verdict(await story.merge(pull), 'staging')).toMatchObject({ state: 'success' });
  });

  it('creates, updates and deletes just what was predicted, and prunes only what it owns', async () => {
    const { admin } = story.world.clusters['staging'] ?? { admin: null };
    await admin?.apply(paths.configMap('somebodys'), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'somebodys' },
    });
    const before = await story.live('staging', paths.configMap('web'));
    const pull = await story.open('second', {
      'deploy/staging/web.yaml': deployment('web:2'),
      'deploy/staging/extra.yaml': null,
      'deploy/staging/new.yaml': configMap('new', { b: '2' }),
    });
    expect((await story.planned(pull)).conclusion).toBe('success');
    const comment = await story.comment(pull.number);
    expect(comment).toContain('| **staging** | ✅ ready | 1 | 1 |  | 1 |');
    for (const change of [
      'delete · ConfigMap shop/extra',
      'update · Deployment shop/web',
      'create · ConfigMap shop/new',
    ]) {
      expect(comment).toContain(change);
    }

    expect(await story.verdict(await story.merge(pull), 'staging')).toMatchObject({ state: 'success' });
    expect(await story.live('staging', paths.configMap('extra'))).toBeNull();
    expect(await story.live('staging', paths.configMap('new'))).not.toBeNull();
    expect(await story.live('staging', paths.configMap('somebodys'))).not.toBeNull();
    expect(JSON.stringify((await story.live('staging', paths.deployment))?.['spec'])).toContain('web:2');
    expect(await story.live('staging', paths.configMap('web')), 'what did not change is not written').toEqual(before);
  });

  it('diverges with the reason when an image does not come, prunes nothing, and is mended by the next commit', async () => {
    const breaking = await story.open('broken', {
      'deploy/staging/web.yaml': deployment('web:broken'),
      'deploy/staging/new.yaml': null,
      '.github/fairlead.yml': settings.replace('20s', '4s'),
    });
    await story.planned(breaking);
    const commit = await story.merge(breaking);
    const verdict = await story.verdict(commit, 'staging');
    expect(verdict.state).toBe('failure');
    expect(verdict.description).toMatch(/^diverged: .*web.*ImagePullBackOff/);
    expect(await story.live('staging', paths.configMap('new')), 'old pods still need it').not.toBeNull();

    const mending = await story.open('mended', { 'deploy/staging/web.yaml': deployment('web:3') });
    await story.planned(mending);
    expect(await story.verdict(await story.merge(mending), 'staging')).toMatchObject({ state: 'success' });
    expect(await story.live('staging', paths.configMap('new'))).toBeNull();
  });

  it('undoes drift when somebody says /sync', async () => {
    const { admin } = story.world.clusters['staging'] ?? { admin: null };
    await admin?.request('PATCH', paths.configMap('web'), { data: { GREETING: 'changed by hand' } });
    await story.world.forge.as('grace').comment('acme/shop', 1, '/sync staging');
    await eventually(async () =>
      JSON.stringify((await story.live('staging', paths.configMap('web')))?.['data']).includes('hello'),
    );
    const [reply, ...more] = await eventually(async () => {
      const said = await story.replies(1);
      return said.some((one) => !one.includes('converging to')) ? said : null;
    });
    expect(reply).toMatch(/\*\*staging\*\*: converged at [0-9a-f]{7}: \d+ objects? in [\d.]+ s/);
    expect(more).toEqual([]);
  });

  it('answers a command of somebody who may not write with the reason, and does nothing', async () => {
    const said = await story.replies(1);
    await story.world.forge.as('eve').comment('acme/shop', 1, '/sync staging');
    const replies = await eventually(async () => {
      const now = await story.replies(1);
      return now.length > said.length ? now : null;
    });
    expect(replies.at(-1)).toContain('needs write permission');
  });
});

describe('what needs a second person', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({
      files: { '.github/fairlead.yml': settings, ...webFiles, 'deploy/staging/cache.yaml': volumeClaim('cache') },
    });
  });
  afterAll(() => story.close());

  it('waits for /confirm: a deleted volume claim is held until somebody else than the author agrees', async () => {
    await story.release('first', { 'deploy/staging/settings.yaml': configMap('web', { GREETING: 'hi' }) }, ['staging']);
    const pull = await story.open('no-cache', { 'deploy/staging/cache.yaml': null });
    const plan = await story.planned(pull);
    expect(plan.conclusion).toBe('action_required');
    expect(await story.comment(pull.number)).toContain('/confirm');

    const commit = await story.merge(pull);
    const command = await story.confirmation(commit, 'staging');
    await story.world.forge.as('ada').comment('acme/shop', pull.number, command);
    await eventually(async () => (await story.replies(pull.number)).some((reply) => reply.includes('second person')));
    expect(await story.live('staging', paths.volumeClaim('cache'))).not.toBeNull();

    await story.world.forge.as('grace').comment('acme/shop', pull.number, command);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    await eventually(async () => (await story.live('staging', paths.volumeClaim('cache'))) === null);
  });

  it('is released without asking again where it was confirmed before the merge', async () => {
    await story.release('cache-again', { 'deploy/staging/cache.yaml': volumeClaim('cache') }, ['staging']);
    const pull = await story.open('no-cache-again', { 'deploy/staging/cache.yaml': null });
    await story.planned(pull);
    await story.world.forge.as('grace').comment('acme/shop', pull.number, '/confirm');
    await eventually(async () => (await story.planned(pull)).conclusion === 'success');
    expect(await story.verdict(await story.merge(pull), 'staging')).toMatchObject({ state: 'success' });
  });

  it('takes over nothing that somebody made between the plan and the merge, until a second person agrees', async () => {
    const pull = await story.open('taken', { 'deploy/staging/taken.yaml': configMap('taken', { ours: '1' }) });
    await story.planned(pull);
    const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'taken' }, data: { theirs: '1' } };
    await story.world.clusters['staging']?.admin.apply(paths.configMap('taken'), theirs);
    const commit = await story.merge(pull);
    const command = await story.confirmation(commit, 'staging');
    expect((await story.live('staging', paths.configMap('taken')))?.['data']).toEqual({ theirs: '1' });
    await eventually(async () =>
      (await story.comment(pull.number)).includes('takes over ConfigMap shop/taken, which no plan announced'),
    );
    await story.world.forge.as('grace').comment(shop, pull.number, command);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    expect((await story.live('staging', paths.configMap('taken')))?.['data']).toEqual({ theirs: '1', ours: '1' });
  });

  it('is confirmed by nobody who pushed to the branch of another, before the merge or after it', async () => {
    await story.release('cache-once-more', { 'deploy/staging/cache.yaml': volumeClaim('cache') }, ['staging']);
    const { forge } = story.world;
    forge.createUser('barbara');
    forge.setRole(shop, 'barbara', 'write');
    const opened = await story.open('careful', {
      'deploy/staging/settings.yaml': configMap('web', { GREETING: 'hey' }),
    });
    const branch = 'careful';
    const head = await forge.as('grace').pushFiles(shop, { branch, files: { 'deploy/staging/cache.yaml': null } });
    const pull = { ...opened, head };
    expect((await story.planned(pull)).conclusion).toBe('action_required');
    const refusals = async (number: number): Promise<number> =>
      (await story.replies(number)).filter((reply) => reply.includes(`wrote commit ${head.slice(0, 7)}`)).length;
    await forge.as('grace').comment(shop, pull.number, '/confirm');
    await eventually(async () => (await refusals(pull.number)) === 1);

    const commit = await story.merge(pull);
    const command = await story.confirmation(commit, 'staging');
    await forge.as('grace').comment(shop, pull.number, command);
    await eventually(async () => (await refusals(pull.number)) === 2);
    expect(await story.live('staging', paths.volumeClaim('cache'))).not.toBeNull();

    await forge.as('barbara').comment(shop, pull.number, command);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    await eventually(async () => (await story.live('staging', paths.volumeClaim('cache'))) === null);
  });

  it.each(['squash', 'rebase'] as const)('is confirmed by a second person who merged it, too (%s)', async (method) => {
    const claim = `deploy/staging/${method}.yaml`;
    await story.release(`to-${method}`, { [claim]: volumeClaim(method) }, ['staging']);
    const { forge } = story.world;
    const { number } = await story.open(method, { 'README.md': `${method}\n` });
    await story.planned(await story.pushAgain(method, { [claim]: null }, number));
    const commit = await forge.as('grace').merge(shop, number, { method });
    await forge.as('grace').comment(shop, number, await story.confirmation(commit, 'staging'));
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
  });

  it('is not confirmed by who put it into the merge of another’s pull request', async () => {
    await story.release('to-hide', { 'deploy/staging/hidden.yaml': volumeClaim('hidden') }, ['staging']);
    const { forge } = story.world;
    const [ada, grace] = [forge.as('ada'), forge.as('grace')];
    const harmless = { 'deploy/staging/settings.yaml': configMap('web', { GREETING: 'hello again' }) };
    const head = await grace.pushFiles(shop, { branch: 'harmless', files: harmless });
    const { number } = await grace.openPullRequest(shop, { head: 'harmless' });
    expect((await story.planned({ number, head })).conclusion).toBe('success');
    const commit = await mergeByHand(story, head, { ...harmless, 'deploy/staging/hidden.yaml': null });
    const command = await story.confirmation(commit, 'staging');

    await ada.comment(shop, number, command);
    await eventually(async () => (await story.replies(number)).length === 1);
    expect(await story.replies(number)).toEqual([
      expect.stringContaining(`\`ada\` made commit ${commit.slice(0, 7)}, which is not what Git makes of merging this`),
    ]);
    expect(await story.live('staging', paths.volumeClaim('hidden'))).not.toBeNull();
    forge.createUser('mary');
    forge.setRole(shop, 'mary', 'write');
    await forge.as('mary').comment(shop, number, command);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
  });

  it('is not confirmed by who changes the comment of another, however fast', async () => {
    await story.release('to-edit', { 'deploy/staging/edited.yaml': volumeClaim('edited') }, ['staging']);
    const { forge } = story.world;
    const pull = await story.open('edit', { 'deploy/staging/edited.yaml': null });
    expect((await story.planned(pull)).conclusion).toBe('action_required');
    const held = forge.webhooks.hold(({ event }) => event === 'issue_comment');
    const { id } = await forge.as('grace').comment(shop, pull.number, '/plan');
    await forge.as('ada').editComment(id, '/confirm');
    held.release();
    await eventually(async () => (await story.replies(pull.number)).length === 1);
    expect(await story.replies(pull.number)).toEqual([expect.stringContaining('was changed after it was written')]);
    expect((await story.planned(pull)).conclusion).toBe('action_required');
  });

  it('is confirmed only where it was seen: a plan that is being made again is named, not agreed to', async () => {
    await story.release('cache-a-last-time', { 'deploy/staging/cache.yaml': volumeClaim('cache') }, ['staging']);
    const { forge } = story.world;
    const pull = await story.open('late', { 'deploy/staging/cache.yaml': null });
    await story.planned(pull);
    // Of the push Fairlead learns by the command alone, and by nothing that is still under way.
    await quiet(story.world);
    const late = forge.webhooks.hold(({ event }) => event !== 'issue_comment');
    const more = { 'deploy/staging/settings.yaml': configMap('web', { GREETING: 'late' }) };
    const again = await story.pushAgain('late', more, pull.number);
    await forge.as('grace').comment(shop, pull.number, '/confirm');
    await eventually(async () => (await story.replies(pull.number)).some((reply) => reply.includes('planned anew')));
    expect((await story.planned(again)).conclusion, 'planned, and not confirmed').toBe('action_required');
    late.release();
    // They have it planned once more: what is being made again is not agreed to.
    await quiet(story.world);
    await forge.as('grace').comment(shop, pull.number, '/confirm');
    await eventually(async () => (await story.planned(again)).conclusion === 'success');
  });
});

/** Ada merges a head into `main` on her machine, with these files in it, and pushes. */
async function mergeByHand(
  { world: { forge } }: Story,
  head: string,
  files: Readonly<Record<string, string | null>>,
): Promise<string> {
  const ada = forge.as('ada');
  const mine = await ada.pushFiles(shop, { branch: 'by-hand', files });
  const directory = findRepository(forge.state, owner, name)?.directory ?? '';
  const account = findAccount(forge.state, 'ada');
  const email = account === undefined ? '' : emailOf(account);
  const env = { GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_EMAIL: email };
  const parents = ['-p', 'main', '-p', head];
  const merge = await git(directory, ['commit-tree', `${mine}^{tree}`, ...parents], { input: 'Merge harmless\n', env });
  await ada.forcePush(shop, 'main', merge);
  return merge;
}
