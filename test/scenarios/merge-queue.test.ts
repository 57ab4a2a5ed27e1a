import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueuedGroup } from '../../sandbox/forge/actions/merge-queue.ts';
import { eventually } from '../eventually.ts';
import { configMap, deployment, volumeClaim } from '../manifest-texts.ts';
import { paths, settings, webFiles } from './shop.ts';
import { type Story, shop, startStory } from './story.ts';

const required = ['fairlead/plan'];
const claim = { 'deploy/staging/cache.yaml': volumeClaim('cache') };

describe('a merge queue', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({ files: { '.github/fairlead.yml': settings, ...webFiles, ...claim } });
    await story.release('first', { 'deploy/staging/web.yaml': deployment('web:1', 1) }, ['staging']);
  });
  afterAll(() => story.close());

  const enqueue = (number: number): Promise<QueuedGroup> => story.world.forge.as('grace').enqueue(shop, number);
  const planned = ({ head }: QueuedGroup, says = '') => story.planned({ number: 0, head }, says);

  it('has the merge that it would make planned, and releases it once it is made', async () => {
    const pull = await story.open('queued', { 'deploy/staging/web.yaml': deployment('web:2', 1) });
    await story.planned(pull);
    const group = await enqueue(pull.number);
    const run = await planned(group);
    expect(run).toMatchObject({ conclusion: 'success' });
    expect(run.summary).toContain(`This is the merge of #${pull.number}, as the merge queue would make it.`);
    const staging = (await story.github.checkRuns(group.head)).find(({ name }) => name === 'fairlead/plan (staging)');
    expect(staging?.text).toContain('web:2');
    await story.world.forge.as('grace').mergeQueued(shop, pull.number, group, required);
    expect(await story.verdict(group.head, 'staging')).toMatchObject({ state: 'success' });
    await eventually(async () => (await story.comment(pull.number)).includes('converged'));
  });

  it('sees what two pull requests come to together, which neither shows alone', async () => {
    const [left, right] = [
      await story.open('left', { 'deploy/staging/more.yaml': configMap('more', { a: '1' }) }),
      await story.open('right', { 'deploy/staging/also.yaml': configMap('more', { a: '1' }) }),
    ];
    expect(await story.planned(left)).toMatchObject({ conclusion: 'success' });
    expect(await story.planned(right)).toMatchObject({ conclusion: 'success' });
    const first = await enqueue(left.number);
    await planned(first);
    await story.world.forge.as('grace').mergeQueued(shop, left.number, first, required);
    await story.verdict(first.head, 'staging');
    expect(await planned(await enqueue(right.number))).toMatchObject({ conclusion: 'failure' });
  });

  it('gets no check where both webhooks were lost, and gets it when it is queued again', async () => {
    const { forge } = story.world;
    const pull = await story.open('unheard', { 'deploy/staging/web.yaml': deployment('web:3', 1) });
    await story.planned(pull);
    await forge.idle();
    const lost = forge.webhooks.lose(({ event }) => event === 'push' || event === 'merge_group', 2);
    const unheard = await enqueue(pull.number);
    await forge.idle();
    expect(lost.used()).toBe(2);
    // GitHub says of it: "Expected — Waiting for status to be reported".
    expect(await story.github.checkRuns(unheard.head)).toEqual([]);
    const merge = (group: QueuedGroup) => forge.as('grace').mergeQueued(shop, pull.number, group, required);
    await expect(merge(unheard)).rejects.toThrow('fairlead/plan');
    await forge.as('grace').dequeue(shop, pull.number, unheard);
    const again = await enqueue(pull.number);
    expect(await planned(again)).toMatchObject({ conclusion: 'success' });
    await merge(again);
    expect(await story.verdict(again.head, 'staging')).toMatchObject({ state: 'success' });
  });

  it('waits for a second person where its pull request did, and does not ask twice', async () => {
    const pull = await story.open('drops', { 'deploy/staging/cache.yaml': null });
    const asked = await story.planned(pull);
    expect(asked).toMatchObject({ conclusion: 'action_required' });
    const early = await enqueue(pull.number);
    const run = await planned(early);
    expect(run).toMatchObject({ conclusion: 'action_required' });
    expect(run.summary).toContain('confirmed on its pull request');
    await story.world.forge.as('grace').comment(shop, pull.number, '/confirm');
    await eventually(async () => (await story.planned(pull)).conclusion === 'success');
    const again = story.world.forge.as('ada');
    await again.rerequestAll(shop, early.head, story.world.appId);
    await eventually(async () => (await planned(early)).conclusion === 'success');
    await story.world.forge.as('grace').mergeQueued(shop, pull.number, early, required);
    expect(await story.verdict(early.head, 'staging')).toMatchObject({ state: 'success' });
    expect(await story.live('staging', paths.volumeClaim('cache'))).toBeNull();
  });
});
