import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap, deployment } from '../manifest-texts.ts';
import { paths, settings, webFiles } from './shop.ts';
import { type Story, shop, startStory } from './story.ts';

const twoHundred = Object.fromEntries(
  Array.from({ length: 200 }, (_, index) => [
    `deploy/staging/many/${index}.yaml`,
    configMap(`many-${index}`, { index: String(index) }),
  ]),
);

describe('whatever happens on the way, the end is the same', () => {
  let story: Story;
  afterEach(() => story.close());

  it('when every webhook is lost, the sweep plans, releases and says so', async () => {
    story = await startStory({ env: { FAIRLEAD_SWEEP: '2s' } });
    story.world.forge.webhooks.lose(() => true, 1_000);
    const pull = await story.open('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    expect((await story.planned(pull)).conclusion).toBe('success');
    expect(await story.verdict(await story.merge(pull), 'staging')).toMatchObject({ state: 'success' });
    expect(await story.live('staging', paths.configMap('extra'))).not.toBeNull();
  });

  it('when webhooks come twice and in the wrong order, there is one comment and one release', async () => {
    story = await startStory();
    const { webhooks } = story.world.forge;
    webhooks.double(() => true, 1_000);
    webhooks.reorder(({ event }) => event === 'push' || event === 'pull_request', 2);
    const pull = await story.open('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    await story.planned(pull);
    const commit = await story.merge(pull);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    await story.world.forge.idle();
    await eventually(async () => (await story.comment(pull.number)).includes('merged; staging converged'));
    expect((await story.github.checkRuns(pull.head)).map(({ name }) => name).toSorted()).toEqual([
      'fairlead/plan',
      'fairlead/plan (staging)',
    ]);
  });

  it('when GitHub answers 502 after it made the comment, there is still one comment', async () => {
    story = await startStory();
    const fault = story.world.forge.faults.place({
      matches: ({ method, path }) => method === 'POST' && /\/issues\/\d+\/comments$/.test(path),
      when: 'after',
      harm: { kind: 'status', status: 502 },
    });
    const pull = await story.open('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    await story.planned(pull);
    await eventually(() => fault.used() === 1);
    const merged = await story.merge(pull);
    await story.verdict(merged, 'staging');
    await eventually(async () => (await story.comment(pull.number)).includes('merged; staging converged'));
  });

  it('when Redis is wiped between plan and merge, the release and its comment come all the same', async () => {
    story = await startStory({ env: { FAIRLEAD_SWEEP: '2s' } });
    const pull = await story.open('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    await story.planned(pull);
    await story.world.redis.wipe();
    const commit = await story.merge(pull);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    await eventually(async () => (await story.comment(pull.number)).includes('merged; staging converged'));
  });

  it('when Redis is wiped between the plan of a takeover and its merge, nothing is taken before a second person agrees', async () => {
    story = await startStory({ env: { FAIRLEAD_SWEEP: '2s' } });
    await story.release('first', { 'deploy/staging/web.yaml': deployment('web:2') }, ['staging']);
    const admin = story.world.clusters['staging']?.admin;
    await admin?.request('POST', '/api/v1/namespaces/shop/configmaps?fieldManager=kubectl-create', {
      metadata: { name: 'extra' },
      data: { a: '1', precious: 'theirs' },
    });
    const pull = await story.open('takes', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'success' });
    await story.world.redis.wipe();
    const commit = await story.merge(pull);
    await story.confirmation(commit, 'staging');
    // It is as true after another loss, and there is still a way out.
    await story.world.redis.wipe();
    const command = await story.confirmation(commit, 'staging');
    expect(await story.live('staging', paths.configMap('extra'))).toMatchObject({ data: { precious: 'theirs' } });
    await eventually(async () => (await story.comment(pull.number)).includes('no plan that is still known announced'));
    // Until it is known again what waits there, the answer is to look later.
    await eventually(async () => {
      const before = (await story.replies(pull.number)).length;
      await story.world.forge.as('grace').comment(shop, pull.number, command);
      const [reply = ''] = await eventually(async () => {
        const since = (await story.replies(pull.number)).slice(before);
        return since.length > 0 ? since : null;
      });
      return reply.includes('Confirmed by');
    });
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    expect(await story.live('staging', paths.configMap('extra'))).toMatchObject({ data: { a: '1' } });
  });

  it('when the API server is restarted in the middle, the release converges', async () => {
    story = await startStory({ files: { '.github/fairlead.yml': settings, ...webFiles, ...twoHundred } });
    const pull = await story.open('first', { 'deploy/staging/web.yaml': deployment('web:2') });
    await story.planned(pull);
    const commit = await story.merge(pull);
    await story.verdict(commit, 'staging', ['pending']);
    await eventually(async () => (await story.live('staging', paths.configMap('many-0'))) !== null);
    await story.world.clusters['staging']?.apiServer.restart();
    expect(await story.verdict(commit, 'staging', ['success'])).toMatchObject({ state: 'success' });
    expect(await story.live('staging', paths.configMap('many-199'))).not.toBeNull();
  });

  // The jobs of a killed process are taken over after 15 s, and so is its Lease.
  it('when Fairlead is killed in the middle of a release of 200 objects, it converges after the restart, nothing doubled', {
    timeout: 150_000,
  }, async () => {
    story = await startStory({ files: { '.github/fairlead.yml': settings, ...webFiles, ...twoHundred } });
    const pull = await story.open('first', { 'deploy/staging/web.yaml': deployment('web:2') });
    await story.planned(pull);
    const commit = await story.merge(pull);
    await eventually(async () => (await story.live('staging', paths.configMap('many-0'))) !== null);
    await story.world.fairlead.kill();
    const uid = (await story.live('staging', paths.configMap('many-0')))?.metadata.uid;
    await story.world.fairlead.start();
    expect(await story.verdict(commit, 'staging', ['success'])).toMatchObject({
      description: expect.stringMatching(/^converged: 202 objects/) as string,
    });
    expect((await story.live('staging', paths.configMap('many-0')))?.metadata.uid).toBe(uid);
    await eventually(async () => (await story.comment(pull.number)).includes('merged; staging converged'));
  });
});
