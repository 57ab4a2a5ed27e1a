import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap, deployment } from '../manifest-texts.ts';
import { quiet } from './quiet.ts';
import { paths, settings, webFiles } from './shop.ts';
import { type OpenPullRequest, type Story, shop, startStory } from './story.ts';

const overlay = `  overlay:
    cluster: staging
    path: deploy/overlay
    namespace: shop-overlay
`;
const kustomization = `resources:
  - web.yaml
`;

describe('what is wrong with a pull request', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({
      files: {
        '.github/fairlead.yml': settings + overlay,
        ...webFiles,
        'deploy/overlay/kustomization.yaml': kustomization,
        'deploy/overlay/web.yaml': deployment(),
      },
      allow: [
        { environment: 'staging', cluster: 'staging', namespace: 'shop' },
        { environment: 'overlay', cluster: 'staging', namespace: 'shop-overlay' },
      ],
    });
  });
  afterEach(() => story.closeAll());
  afterAll(() => story.close());

  const annotations = async (pull: OpenPullRequest, name: string) => {
    const run = await story.checkRun(pull, name);
    if (run === undefined) throw new Error(`there is no check run ${name}`);
    return story.github.annotations(run.id);
  };

  it('is said at file and line where it is no YAML', async () => {
    const pull = await story.open('no-yaml', {
      'deploy/staging/extra.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: extra\ndata: {}\n',
    });
    const run = await story.planned(pull);
    expect(run.conclusion).toBe('failure');
    expect(run.title).toMatch(/^Staging cannot be rendered at deploy\/staging\/extra\.yaml:4: /);
    expect(await annotations(pull, 'fairlead/plan (staging)')).toMatchObject([
      { file: 'deploy/staging/extra.yaml', line: 4, level: 'failure' },
    ]);
    expect(await story.comment(pull.number)).toContain('* `deploy/staging/extra.yaml:4`: ');
  });

  it('is said in the API server’s words, at file and line, where a field is unknown', async () => {
    const typo = deployment().replace('  replicas: 2', '  replicaz: 2');
    const pull = await story.open('typo', { 'deploy/staging/web.yaml': typo });
    const run = await story.planned(pull);
    expect(run).toMatchObject({
      conclusion: 'failure',
      title:
        'Staging cannot be deployed, as Deployment shop/web is blocked: spec.replicaz: field not declared in schema',
    });
    expect(await annotations(pull, 'fairlead/plan (staging)')).toEqual([
      {
        file: 'deploy/staging/web.yaml',
        line: typo.split('\n').indexOf('  replicaz: 2') + 1,
        level: 'failure',
        title: 'Deployment shop/web is blocked',
        message: 'spec.replicaz: field not declared in schema',
      },
    ]);
    expect(await story.comment(pull.number)).toContain(
      '**❌ blocked · Deployment shop/web** at `deploy/staging/web.yaml:6`',
    );
  });

  it('is said of each field at its own line where several are unknown or hold what cannot be', async () => {
    const typos = deployment()
      .replace('  replicas: 2', '  replicaz: 2')
      .replace('          image:', '          imagePullPolicee: Always\n          image:');
    const values = deployment().replaceAll('name: web\n', 'name: WEB\n').replace('replicas: 2', 'replicas: -1');
    const pull = await story.open('faults', {
      'deploy/staging/web.yaml': typos,
      'deploy/staging/other.yaml': values.replace('name: WEB', 'name: other'),
    });
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'failure' });
    const lineOf = (text: string, part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;
    const told = await annotations(pull, 'fairlead/plan (staging)');
    const places = told.map(({ file, line, message }) => `${file}:${line}: ${message.split(':')[0] ?? ''}`);
    expect(places.toSorted()).toEqual([
      `deploy/staging/other.yaml:${lineOf(values, '- name: WEB')}: spec.template.spec.containers[0].name`,
      `deploy/staging/other.yaml:${lineOf(values, 'replicas')}: spec.replicas`,
      `deploy/staging/web.yaml:${lineOf(typos, 'imagePullPolicee')}: spec.template.spec.containers[web].imagePullPolicee`,
      `deploy/staging/web.yaml:${lineOf(typos, 'replicaz')}: spec.replicaz`,
    ]);
  });

  it('is gone, with its annotations, once its author has mended it', async () => {
    const broken = await story.open('mended', { 'deploy/staging/web.yaml': 'kind: Deployment\n' });
    expect(await story.planned(broken)).toMatchObject({ conclusion: 'failure' });
    const pull = await story.pushAgain('mended', { 'deploy/staging/web.yaml': deployment('web:2') }, broken.number);
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'success' });
    expect(await annotations(pull, 'fairlead/plan (staging)')).toEqual([]);
    expect(await story.comment(pull.number)).not.toContain('❌');
  });

  it('is a base from elsewhere, refused at file and line', async () => {
    const pull = await story.open('remote', {
      'deploy/overlay/kustomization.yaml': `${kustomization}  - https://github.com/somebody/else//deploy?ref=main\n`,
    });
    const run = await story.planned(pull);
    expect(run.conclusion).toBe('failure');
    expect(run.title).toContain('Overlay cannot be rendered at deploy/overlay/kustomization.yaml:3: ');
    expect(await annotations(pull, 'fairlead/plan (overlay)')).toMatchObject([
      { file: 'deploy/overlay/kustomization.yaml', line: 3, level: 'failure', title: 'resources.1' },
    ]);
    expect(await story.comment(pull.number)).toContain('`deploy/overlay/kustomization.yaml:3` `resources.1`: ');
  });

  it('are settings that would be invalid, each problem at file and line', async () => {
    const invalid = settings.replace('    namespace: shop\n', '    namspace: shop\n    mode: sometimes\n');
    const everything = '    ignore: [{ kind: "*", path: /spec/replicas }]\n';
    const pull = await story.open('settings', { '.github/fairlead.yml': invalid + everything });
    expect(await story.planned(pull)).toMatchObject({
      conclusion: 'failure',
      title: 'The settings would be invalid: 4 problems',
    });
    expect(await annotations(pull, 'fairlead/plan')).toMatchObject([
      { file: '.github/fairlead.yml', line: 5, level: 'failure', title: 'environments.staging.namspace' },
      { file: '.github/fairlead.yml', line: 2, level: 'failure', title: 'environments.staging.namespace' },
      { file: '.github/fairlead.yml', line: 6, level: 'failure', title: 'environments.staging.mode' },
      { file: '.github/fairlead.yml', line: 9, level: 'failure', title: 'environments.staging.ignore.0.kind' },
    ]);
  });

  it('is a kind that the cluster does not serve, with the one that was meant, at file and line', async () => {
    const cron = `# nightly
apiVersion: batch/v1
kind: Cronjob
metadata: { name: nightly }
`;
    const pull = await story.open('kinds', {
      'deploy/staging/cron.yaml': cron,
      'deploy/staging/web.yaml': deployment().replace('apps/v1', 'apps/v1beta1'),
    });
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'failure' });
    expect(await annotations(pull, 'fairlead/plan (staging)')).toMatchObject([
      {
        file: 'deploy/staging/web.yaml',
        line: 1,
        message: 'the cluster serves no kind Deployment in apps/v1beta1; Deployment is served as apps/v1',
      },
      {
        file: 'deploy/staging/cron.yaml',
        line: 2,
        message: 'the cluster serves no kind Cronjob in batch/v1; did you mean CronJob?',
      },
    ]);
  });

  it('is looked for again when somebody asks: the old result is taken back where the new one takes its time', async () => {
    const cluster = story.world.clusters['staging'];
    const pull = await story.open('again', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    const first = await story.planned(pull);
    const runs = async () => [
      await story.checkRun(pull, 'fairlead/plan (staging)'),
      await story.checkRun(pull, 'fairlead/plan'),
    ];
    const comment = await story.comment(pull.number);
    cluster?.apiServer.pause();
    await story.world.forge.as('ada').clickButton(first.id, 'plan-again');
    await eventually(async () => (await runs()).every((run) => run?.status === 'in_progress'));
    expect((await runs()).map((run) => run?.title)).toEqual([
      'Being predicted again on cluster staging',
      'Predicting staging',
    ]);
    expect(await story.comment(pull.number), 'what was found then').toBe(comment);

    cluster?.apiServer.resume();
    await eventually(async () => (await runs()).every((run) => run?.conclusion === 'success'));
  });

  it('is not its author’s where the cluster is out of reach; it is planned again when somebody presses the button', async () => {
    const cluster = story.world.clusters['staging'];
    await cluster?.apiServer.kill();
    const pull = await story.open('unreached', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    const failed = await story.planned(pull);
    expect(failed.conclusion).toBe('failure');
    expect(failed.title).toContain('Staging could not be predicted: cluster staging is out of reach');
    expect(await story.comment(pull.number)).toContain(
      '**❌ It could not be predicted:** cluster staging is out of reach',
    );

    await cluster?.apiServer.start();
    await story.world.forge.as('ada').clickButton(failed.id, 'plan-again');
    await eventually(async () => (await story.planned(pull)).conclusion === 'success');

    // What it was compared with is the cluster as it is now, also where no try of an earlier one is left.
    await quiet(story.world);
    const planned = await story.checkRun(pull, 'fairlead/plan (staging)');
    expect(await story.comment(pull.number)).not.toContain('lives in the cluster already');
    await cluster?.admin.apply(paths.configMap('extra'), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'extra' },
    });
    await story.world.forge.as('grace').clickButton(planned?.id ?? 0, 'plan-again');
    await eventually(async () => (await story.comment(pull.number)).includes('lives in the cluster already'));
  });

  it('is not its author’s where the settings cannot be read; the one that mends them is neutral, and all are planned after its merge', async () => {
    const file = '.github/fairlead.yml';
    const broken = { branch: 'main', files: { [file]: 'environments: [' }, message: 'Break the settings' };
    await story.world.forge.as('ada').pushFiles(shop, broken);
    const bystander = await story.open('bystander', { 'deploy/staging/some.yaml': configMap('some', { a: '1' }) });
    expect(await story.planned(bystander)).toMatchObject({
      conclusion: 'failure',
      title: 'The settings cannot be read: 1 problem',
    });
    const mends = await story.open('mends', {
      [file]: settings,
      'deploy/staging/other.yaml': configMap('other', { a: '1' }),
    });
    const run = await story.planned(mends);
    expect(run).toMatchObject({
      conclusion: 'neutral',
      title: 'Makes the settings readable again; nothing else of it was planned',
    });
    expect(run.summary).toContain('To see a plan, merge this alone');
    expect(await story.comment(mends.number)).toContain('nothing else that it changes was planned');
    await story.merge(mends);
    await eventually(async () => (await story.planned(bystander)).conclusion === 'success', 40_000);
  });
});
