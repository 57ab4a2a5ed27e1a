import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap, deployment } from '../manifest-texts.ts';
import { quiet } from './quiet.ts';
import { webFiles } from './shop.ts';
import { type Story, shop, startStory } from './story.ts';

// Manual: what is merged here is not released, so that the cluster stays as it is.
const settings = `environments:
  staging:
    cluster: staging
    path: deploy/staging
    namespace: shop
    mode: manual
  overlay:
    cluster: staging
    path: deploy/overlay
    namespace: shop-overlay
    mode: manual
`;

const kustomizeFiles = {
  'deploy/base/kustomization.yaml': 'resources: [web.yaml]\n',
  'deploy/base/web.yaml': deployment('web:1', 1),
  'deploy/overlay/kustomization.yaml': 'resources: [../base]\nnamePrefix: overlay-\n',
};

describe('a pull request and its preview', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({
      files: { '.github/fairlead.yml': settings, 'README.md': 'Shop\n', ...webFiles, ...kustomizeFiles },
      allow: [
        { environment: 'staging', cluster: 'staging', namespace: 'shop' },
        { environment: 'overlay', cluster: 'staging', namespace: 'shop-overlay' },
      ],
      audit: true,
    });
  });
  afterEach(() => story.closeAll());
  afterAll(() => story.close());

  /** How many predictions the API server was asked for so far, once nothing more is under way. */
  const dryRuns = async (): Promise<number> => {
    await quiet(story.world);
    return story.world.clusters['staging']?.audited().filter(({ uri }) => uri.includes('dryRun=All')).length ?? 0;
  };
  const push = (branch: string, files: Readonly<Record<string, string | null>>, from = 'main'): Promise<string> =>
    story.world.forge.as('ada').pushFiles(shop, { branch, files, from });

  it('has its one comment edited when it is pushed again, and check runs on the new head', async () => {
    const first = await story.open('again', { 'deploy/staging/web.yaml': deployment('web:2') });
    expect(await story.planned(first)).toMatchObject({ conclusion: 'success' });
    expect(await story.comment(first.number)).toContain('+        image: registry.example.com/web:2');

    const second = await story.pushAgain('again', { 'deploy/staging/web.yaml': deployment('web:3') }, first.number);
    expect(second.head).not.toBe(first.head);
    expect(await story.planned(second)).toMatchObject({ conclusion: 'success' });
    expect(await story.checkRun(second, 'fairlead/plan (staging)')).toMatchObject({ conclusion: 'success' });
    const comment = await story.comment(first.number);
    expect(comment).toContain('+        image: registry.example.com/web:3');
    expect(comment).not.toContain('web:2');
    expect(comment).toContain(`head \`${second.head.slice(0, 7)}\``);
    expect(await story.github.comments(first.number)).toHaveLength(1);
  });

  it('is a success that says why where it affects no environment, and has no comment', async () => {
    const before = await dryRuns();
    const pull = await story.open('readme', { 'README.md': 'The shop\n' });
    const run = await story.planned(pull);
    expect(run).toMatchObject({
      conclusion: 'success',
      title: 'No environment is affected: staging and overlay render the same',
    });
    expect(run.summary).toContain('deploy/overlay');
    expect(await dryRuns(), 'nobody had to be asked').toBe(before);
    expect(await story.github.comments(pull.number)).toEqual([]);
    expect((await story.github.checkRuns(pull.head)).map(({ name }) => name)).toEqual(['fairlead/plan']);
  });

  it('shows plain YAML and a kustomization of one repository, each as it is rendered', async () => {
    const pull = await story.open('both', {
      'deploy/staging/extra.yaml': configMap('extra', { a: '1' }),
      'deploy/base/web.yaml': deployment('web:2', 1),
    });
    expect(await story.planned(pull)).toMatchObject({
      conclusion: 'success',
      title: 'Merging this changes 2 of 2 environments',
    });
    const comment = await story.comment(pull.number);
    expect(comment).toContain('create · ConfigMap shop/extra');
    expect(comment).toContain('create · Deployment shop-overlay/overlay-web');
    expect(comment).toContain('registry.example.com/web:2');
  });

  it('fails where it conflicts with its base, and names the file', async () => {
    await push('main', { 'README.md': 'Our shop\n' });
    const base = await push('main', { 'README.md': 'The shop of us all\n' });
    await push('conflicting', { 'README.md': 'Somebody’s shop\n' }, `${base}~1`);
    const { number, head } = await story.world.forge.as('ada').openPullRequest(shop, { head: 'conflicting' });
    const run = await story.planned({ number, head: head.sha });
    expect(run).toMatchObject({
      conclusion: 'failure',
      title: 'Cannot be merged into main: README.md conflicts',
    });
    expect(run.summary).toContain('* `README.md`');
  });

  it('is planned again where the base moved and renders otherwise, and else bound to the new base', async () => {
    const pull = await story.open('moved', { 'deploy/staging/web.yaml': deployment('web:4') });
    await story.planned(pull);
    const boundTo = async (base: string) =>
      eventually(async () => {
        const runs = await story.github.checkRuns(pull.head);
        const bound = runs.filter(
          ({ externalId, status }) => externalId.split(':')[1] === base && status === 'completed',
        );
        return runs.length === 2 && bound.length === 2 ? runs : null;
      });
    const digest = async () => (await story.checkRun(pull, 'fairlead/plan (staging)'))?.externalId.split(':')[2];
    const planned = await digest();

    const before = await dryRuns();
    const rendersOtherwise = await push('main', {
      'deploy/staging/settings.yaml': configMap('web', { GREETING: 'good morning' }),
    });
    await boundTo(rendersOtherwise);
    expect(await dryRuns(), 'the cluster is asked again').toBeGreaterThan(before);
    expect(await digest(), 'the pull request does the same').toBe(planned);
    expect(await story.comment(pull.number)).toContain(`\`main\` at \`${rendersOtherwise.slice(0, 7)}\``);

    const again = await dryRuns();
    const rendersTheSame = await push('main', { 'README.md': 'The best shop\n' });
    await boundTo(rendersTheSame);
    expect(await dryRuns(), 'what was predicted still holds').toBe(again);
    expect(await story.comment(pull.number)).toContain(`\`main\` at \`${rendersTheSame.slice(0, 7)}\``);
  });

  it('shows the worse of two on one head, until the worse is closed', async () => {
    const { forge } = story.world;
    const ada = forge.as('ada');
    await push('next', { 'notes.md': 'For the next version\n' });
    await push('feature', { 'README.md': 'A shop with features\n' }, 'next');
    await push('main', { 'README.md': 'A shop like no other\n' });
    const good = await ada.openPullRequest(shop, { head: 'feature', base: 'next' });
    const ofHead = { number: good.number, head: good.head.sha };
    expect(await story.planned(ofHead, 'follows next')).toMatchObject({ conclusion: 'success' });

    const bad = await ada.openPullRequest(shop, { head: 'feature', base: 'main' });
    expect(bad.head.sha).toBe(ofHead.head);
    expect(await story.planned(ofHead, 'README.md')).toMatchObject({ conclusion: 'failure' });
    await forge.as('grace').comment(shop, good.number, '/plan');
    const worse = await story.planned(ofHead, `#${bad.number}, on the same commit`);
    expect(worse).toMatchObject({ conclusion: 'failure' });

    await quiet(story.world);
    await ada.close(shop, bad.number);
    expect(await story.planned(ofHead, 'No environment follows next')).toMatchObject({ conclusion: 'success' });
  });
});
