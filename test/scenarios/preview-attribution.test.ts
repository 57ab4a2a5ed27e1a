import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap, deployment } from '../manifest-texts.ts';
import { paths, settings, webFiles } from './shop.ts';
import { type Story, shop, startStory } from './story.ts';

describe('what a pull request changes', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({ files: { '.github/fairlead.yml': `${settings}    mode: manual\n`, ...webFiles } });
    const first = await story.open('first', { 'README.md': 'Released by hand\n' });
    await story.planned(first);
    const commit = await story.merge(first);
    await story.world.forge.as('grace').comment(shop, first.number, '/sync');
    await story.verdict(commit, 'staging', ['success']);
  });
  afterEach(() => story.closeAll());
  afterAll(() => story.close());

  /** As `kubectl` does: a merge patch of some fields of the spec, or of data. */
  const admin = (method: 'PATCH', path: string, fields: Readonly<Record<string, string | number>>) =>
    story.world.clusters['staging']?.admin.request(method, path, {
      [path.includes('/scale') ? 'spec' : 'data']: fields,
    });

  const section = (comment: string, object: string): string =>
    new RegExp(`<details[^>]*><summary><b>${object}</b>[\\s\\S]*?</details>`).exec(comment)?.[0] ?? '';

  it('is told apart from what somebody did to the same object in the cluster, and to which field', async () => {
    const scaled = await admin('PATCH', `${paths.deployment}/scale?fieldManager=kubectl-scale`, { replicas: 5 });
    expect(scaled?.status).toBe(200);
    const pull = await story.open('image', { 'deploy/staging/web.yaml': deployment('web:2') });
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'success' });
    const shown = section(await story.comment(pull.number), 'update · Deployment shop/web');
    expect(shown).toContain('image <code>1</code> → <code>2</code>');
    const [own, drift] = shown.split('**Drift (changed in the cluster and not in Git), which the release undoes:**');
    expect(own).toContain('+        image: registry.example.com/web:2');
    expect(drift, 'the API server does not say when').toContain('* `spec.replicas` `5` → `2` (`kubectl-scale`)');
    expect(drift).not.toContain('image');
  });

  it('is told apart from drift of an object that it does not touch, with who made it and when', async () => {
    await admin('PATCH', `${paths.configMap('web')}?fieldManager=kubectl-edit`, { GREETING: 'edited' });
    const pull = await story.open('other', { 'deploy/staging/other.yaml': configMap('other', { a: '1' }) });
    const run = await story.planned(pull);
    expect(run).toMatchObject({ conclusion: 'success' });
    const comment = await story.comment(pull.number);
    const [first, drift] = comment.split(
      '\n**Drift (changed in the cluster and not in Git), which the release undoes:**\n',
    );
    expect(first).not.toContain(' · ConfigMap');
    const [others, own] = (drift ?? '').split('\n**From this pull request:**\n');
    expect(own).toContain('create · ConfigMap shop/other');
    expect(others).not.toContain('create ·');
    expect(section(drift ?? '', 'update · ConfigMap shop/web')).toMatch(
      /\* `data\.GREETING` `edited` → `hello` \(`kubectl-edit`, [^)]+\)/,
    );
    expect(section(drift ?? '', 'update · Deployment shop/web')).toContain('(`kubectl-scale`)');
    expect(await story.checkRun(pull, 'fairlead/plan (staging)')).toMatchObject({
      summary: expect.stringMatching(/update · ConfigMap shop\/web.*\(not from this pull request\)/) as string,
    });
  });

  it('is nothing where the cluster is so already', async () => {
    const pull = await story.open('five', { 'deploy/staging/web.yaml': deployment('web:1', 5) });
    await story.planned(pull);
    const shown = section(await story.comment(pull.number), 'unchanged · Deployment shop/web');
    expect(shown).toMatch(/\*\*Already so in the cluster:\*\*\n\* `spec\.replicas` is `5` already/);
    expect(shown).not.toContain('```diff');
  });

  it('is told apart from what was merged before and is not released yet', async () => {
    const open = await story.open('image-3', { 'deploy/staging/web.yaml': deployment('web:3') });
    await story.planned(open);
    expect(await story.comment(open.number)).not.toContain('not released yet');

    const before = await story.open('extra', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    await story.planned(before);
    await story.merge(before);
    const comment = await eventually(async () => {
      const shown = await story.comment(open.number);
      return shown.includes('ConfigMap shop/extra') ? shown : null;
    });
    const [own, others] = comment.split('\n**Not from this pull request, and done by its release all the same:**\n');
    expect(own).toContain('update · Deployment shop/web');
    expect(own).not.toContain('shop/extra');
    expect(section(others ?? '', 'create · ConfigMap shop/extra')).toContain('in Git already, and not in the cluster');
    expect(section(others ?? '', 'update · ConfigMap shop/web')).toContain('**Drift (changed in the cluster');

    // Without the drift of others, what is not released yet has the title alone.
    await admin('PATCH', paths.configMap('web'), { GREETING: 'hello' });
    const greeting = await story.open('greeting', {
      'deploy/staging/settings.yaml': configMap('web', { GREETING: 'hi' }),
    });
    await story.planned(greeting);
    await story.merge(greeting);
    const later = await story.open('image-4', { 'deploy/staging/web.yaml': deployment('web:4') });
    await story.planned(later);
    expect(section(await story.comment(later.number), 'update · ConfigMap shop/web')).toContain(
      '**Merged before and not released yet, which the release brings along:**\n* `data.GREETING` `hello` → `hi`',
    );
  });

  it('is not what has been released since: when that ends it is planned again, and nobody need ask', async () => {
    await admin('PATCH', paths.configMap('web'), { GREETING: 'edited again' });
    const pull = await story.open('late', { 'deploy/staging/late.yaml': configMap('late', { a: '1' }) });
    await story.planned(pull);
    const shown = await story.comment(pull.number);
    expect(section(shown, 'update · ConfigMap shop/web')).toContain('`edited again`');
    await story.world.forge.as('grace').comment(shop, pull.number, '/sync staging');
    const now = await eventually(async () => {
      const comment = await story.comment(pull.number);
      return comment.includes('ConfigMap shop/web') ? null : comment;
    }, 30_000);
    expect(now).toContain('create · ConfigMap shop/late');
  });
});
