import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { planCommentMarker } from '../../src/domain/marker.ts';
import { eventually } from '../eventually.ts';
import { configMap, deployment } from '../manifest-texts.ts';
import { quiet } from './quiet.ts';
import { settings, webFiles } from './shop.ts';
import { type OpenPullRequest, type Story, shop, startStory } from './story.ts';

describe('a pull request', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({
      files: {
        '.github/fairlead.yml': `${settings}  edge: { cluster: staging, path: deploy/edge, namespace: shop, follow: next }\n`,
        'deploy/edge/edge.yaml': configMap('edge', { a: '1' }),
        ...webFiles,
      },
      allow: [
        { environment: 'staging', cluster: 'staging', namespace: 'shop' },
        { environment: 'edge', cluster: 'staging', namespace: 'shop', refs: ['next'] },
      ],
      audit: true,
    });
    await story.world.forge.as('ada').pushFiles(shop, { branch: 'next', files: { 'README.md': 'next\n' } });
  });
  afterEach(() => story.closeAll());
  afterAll(() => story.close());

  const predictions = (): number =>
    story.world.clusters['staging']?.audited().filter(({ uri }) => uri.includes('dryRun=All')).length ?? 0;
  const planComments = async (number: number): Promise<number> =>
    (await story.github.comments(number)).filter((body) => body.includes(planCommentMarker)).length;

  it('that is a draft is planned quietly, and commented on once it is ready', async () => {
    const ada = story.world.forge.as('ada');
    await ada.pushFiles(shop, { branch: 'draft', files: { 'deploy/staging/web.yaml': deployment('web:2', 1) } });
    const opened = await ada.openPullRequest(shop, { head: 'draft', draft: true });
    const pull = { number: opened.number, head: opened.head.sha };
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'success' });
    await quiet(story.world);
    expect(await planComments(pull.number)).toBe(0);
    await ada.setDraft(shop, pull.number, false);
    await eventually(async () => (await planComments(pull.number)) === 1);
    // Back again, it keeps a comment that is true.
    await ada.setDraft(shop, pull.number, true);
    await story.pushAgain('draft', { 'deploy/staging/web.yaml': deployment('web:3', 1) }, pull.number);
    await eventually(async () => (await story.comment(pull.number)).includes('web:3'));
  });

  it('has a page with its whole plan, behind a link that nobody can forge', async () => {
    const pull = await story.open('paged', { 'deploy/staging/web.yaml': deployment('web:8', 1) });
    await story.planned(pull);
    const comment = await eventually(() => story.comment(pull.number));
    const [, link = ''] = /\[Whole plan\]\(<([^>]+)>\)/.exec(comment) ?? [];
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Deployment shop/web');
    const forged = new URL(link);
    forged.searchParams.set('until', '99999999999');
    expect((await fetch(forged)).status).toBe(403);
  });

  it('that is given another base is planned for what follows that, and for nothing else', async () => {
    const pull = await story.open('retargeted', {
      'deploy/staging/web.yaml': deployment('web:4', 1),
      'deploy/edge/edge.yaml': configMap('edge', { a: '2' }),
    });
    await story.planned(pull, 'staging');
    await story.world.forge.as('ada').retarget(shop, pull.number, 'next');
    await story.planned(pull, 'edge');
    await eventually(async () => (await story.comment(pull.number)).includes('ConfigMap shop/edge'));
    expect(await story.comment(pull.number)).not.toContain('Deployment shop/web');
    expect(await story.checkRun(pull, 'fairlead/plan (staging)')).toMatchObject({ conclusion: 'success' });
  });

  it('whose head is pushed over is planned at the new one, and the old one keeps what it said', async () => {
    const ada = story.world.forge.as('ada');
    const pull = await story.open('forced', { 'deploy/staging/web.yaml': deployment('web:5', 1) });
    await story.planned(pull);
    await ada.pushFiles(shop, { branch: 'other', files: { 'deploy/staging/web.yaml': deployment('web:6', 1) } });
    const head = await ada.pushFiles(shop, { branch: 'other', files: { 'README.md': 'other\n' } });
    await ada.forcePush(shop, 'forced', head);
    await story.planned({ number: pull.number, head });
    await eventually(async () => (await story.comment(pull.number)).includes('web:6'));
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'success' });
  });

  it('that is closed and opened again is planned again, with its one comment', async () => {
    const ada = story.world.forge.as('ada');
    const pull = await story.open('reopened', { 'deploy/staging/web.yaml': deployment('web:7', 1) });
    await story.planned(pull);
    await ada.close(shop, pull.number);
    await quiet(story.world);
    const files = { 'deploy/staging/more.yaml': configMap('more', { a: '1' }) };
    const head = await ada.pushFiles(shop, { branch: 'reopened', files });
    await ada.reopen(shop, pull.number);
    await story.planned({ number: pull.number, head });
    await eventually(async () => (await story.comment(pull.number)).includes('create · ConfigMap shop/more'));
  });

  it('has all its checks run again when somebody asks GitHub to, also where it comes from a fork', async () => {
    const { forge } = story.world;
    const [eve, ada] = [forge.as('eve'), forge.as('ada')];
    await forge.forkRepository(shop, 'eve');
    const files = { 'deploy/staging/gift.yaml': configMap('gift', { a: '1' }) };
    const head = await eve.pushFiles('eve/shop', { branch: 'gift', files });
    const { number } = await eve.openPullRequest(shop, { head: 'eve:gift' });
    const pull: OpenPullRequest = { number, head };
    await story.planned(pull, '/plan');
    await ada.comment(shop, number, '/plan');
    await eventually(async () => (await story.planned(pull)).conclusion === 'success');
    await quiet(story.world);
    const asked = predictions();
    await ada.rerequestAll(shop, head, story.world.appId);
    await eventually(() => predictions() > asked);
    await eventually(async () => (await story.planned(pull)).conclusion === 'success');
  });
});
