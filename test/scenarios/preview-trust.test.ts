import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AuditedRequest } from '../../sandbox/cluster/audit.ts';
import { reader } from '../../sandbox/reader.ts';
import { owner, tokenOf } from '../../sandbox/sample.ts';
import { eventually } from '../eventually.ts';
import { configMap, secret } from '../manifest-texts.ts';
import { quiet } from './quiet.ts';
import { settings } from './shop.ts';
import { type OpenPullRequest, type Story, shop, startStory } from './story.ts';

describe('what is not trusted', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({ audit: true });
  });
  afterEach(() => story.closeAll());
  afterAll(() => story.close());

  /** What the cluster is asked from now on, until everything is done that `deed` brings about. */
  const askedBy = async (deed: () => Promise<unknown>): Promise<readonly AuditedRequest[]> => {
    const audited = () => story.world.clusters['staging']?.audited() ?? [];
    await quiet(story.world);
    const before = audited().length;
    await deed();
    await quiet(story.world);
    return audited().slice(before);
  };

  it('a repository without settings is left alone', async () => {
    const { forge } = story.world;
    await forge.createRepository({
      owner,
      name: 'plain',
      files: { 'deploy/staging/web.yaml': configMap('web', { a: '1' }) },
      collaborators: { ada: 'write', eve: 'read' },
    });
    const ada = forge.as('ada');
    let head = '';
    const asked = await askedBy(async () => {
      head = await ada.pushFiles('acme/plain', { branch: 'change', files: { 'README.md': 'Plain\n' } });
      await ada.openPullRequest('acme/plain', { head: 'change' });
      await ada.comment('acme/plain', 1, '/plan');
    });
    expect(asked).toEqual([]);
    const github = reader({ apiUrl: forge.apiUrl, token: tokenOf('eve'), repository: 'plain' });
    expect(await github.checkRuns(head)).toEqual([]);
    expect(await github.comments(1)).toEqual(['/plan']);
  });

  it('a repository that the operator did not allow fails, and nothing of it is sent to the cluster', async () => {
    const { forge } = story.world;
    await forge.createRepository({
      owner,
      name: 'other',
      files: { '.github/fairlead.yml': settings, 'deploy/staging/web.yaml': configMap('web', { a: '1' }) },
      collaborators: { ada: 'write', eve: 'read' },
    });
    const ada = forge.as('ada');
    let head = '';
    const asked = await askedBy(async () => {
      const files = { 'deploy/staging/web.yaml': configMap('web', { a: '2' }) };
      head = await ada.pushFiles('acme/other', { branch: 'change', files });
      await ada.openPullRequest('acme/other', { head: 'change' });
    });
    expect(asked).toEqual([]);
    const github = reader({ apiUrl: forge.apiUrl, token: tokenOf('eve'), repository: 'other' });
    expect(await github.checkRuns(head)).toContainEqual(
      expect.objectContaining({
        name: 'fairlead/plan',
        conclusion: 'failure',
        title: 'Staging not allowed: the operator does not allow acme/other on cluster "staging"',
      }),
    );
  });

  it('a fork waits for /plan by a writer, at each of its heads', async () => {
    const { forge } = story.world;
    const [eve, ada] = [forge.as('eve'), forge.as('ada')];
    await forge.forkRepository(shop, 'eve');
    const push = (text: string) =>
      eve.pushFiles('eve/shop', { branch: 'gift', files: { 'deploy/staging/gift.yaml': text } });
    await push('no: [yaml');
    let pull: OpenPullRequest = { number: 0, head: '' };
    const waits = 'Waits for /plan by somebody with write permission: it comes from a fork';
    const asked = await askedBy(async () => {
      const opened = await eve.openPullRequest(shop, { head: 'eve:gift' });
      pull = { number: opened.number, head: opened.head.sha };
      // It was not rendered either: nobody has found out that it is no YAML.
      expect(await story.planned(pull)).toMatchObject({ conclusion: 'action_required', title: waits });
      await eve.comment(shop, pull.number, '/plan');
      await eventually(async () => (await story.replies(pull.number)).length === 1);
      expect(await story.replies(pull.number)).toEqual([
        expect.stringContaining('`/plan` needs write permission on this repository; `eve` has only `read`.'),
      ]);
      for (const unsaid of ['> /plan', '```\n/plan\n```', '    /plan', '`/plan`', '<!--\n/plan\n-->', 'Try /plan']) {
        await ada.comment(shop, pull.number, unsaid);
      }
    });
    expect(asked).toEqual([]);
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'action_required' });
    expect(await story.replies(pull.number)).toHaveLength(1);

    const planned = await askedBy(async () => {
      pull = { ...pull, head: await push(configMap('gift', { from: 'eve' })) };
      await story.planned(pull, waits);
      await ada.comment(shop, pull.number, 'Looks good to me.\n\n/plan');
      await eventually(async () => (await story.planned(pull)).conclusion === 'success');
    });
    expect(planned).not.toEqual([]);
    expect(await story.comment(pull.number)).toContain('create · ConfigMap shop/gift');

    const again = await askedBy(async () => {
      pull = { ...pull, head: await push(configMap('gift', { from: 'somebody else' })) };
      expect(await story.planned(pull)).toMatchObject({ conclusion: 'action_required', title: waits });
    });
    expect(again).toEqual([]);
    expect(await story.comment(pull.number)).not.toContain('gift');
  });

  it('the settings of a feature branch redirect nothing, and are explained', async () => {
    const redirected = settings.replace('path: deploy/staging', 'path: deploy/evil').replace(': shop', ': kube-system');
    let pull: OpenPullRequest = { number: 0, head: '' };
    const asked = await askedBy(async () => {
      pull = await story.open('redirect', {
        '.github/fairlead.yml': redirected,
        'deploy/evil/evil.yaml': configMap('evil', { a: '1' }),
        'deploy/staging/good.yaml': configMap('good', { a: '1' }),
      });
      // Once it were merged, every pull request would fail.
      expect(await story.planned(pull)).toMatchObject({
        conclusion: 'failure',
        title:
          'Environment staging would not be allowed: the operator does not allow namespace "kube-system" for environment "staging"',
      });
    });
    const run = await story.checkRun(pull, 'fairlead/plan');
    expect(await story.github.annotations(run?.id ?? 0)).toMatchObject([
      { file: '.github/fairlead.yml', line: 2, level: 'failure', title: 'staging would not be allowed' },
    ]);
    expect(run?.summary).toContain(`clusters:
  staging:
    allow:
      - repository: acme/shop
        environments: [staging]
        namespaces: [kube-system]
`);
    const comment = await story.comment(pull.number);
    expect(comment).toContain('create · ConfigMap shop/good');
    expect(comment).not.toContain('ConfigMap kube-system');
    expect(comment).toContain('**⚙️ This pull request changes the settings.** They count once it is merged:');
    expect(comment).toContain(
      [
        'changes staging: path deploy/staging → deploy/evil, namespace shop → kube-system',
        'what it released in namespace shop of cluster staging stays there, orphaned: nothing is deleted',
        'not in effect until merged',
        'allowed by the operator: no',
      ].join('; '),
    );
    expect(asked).not.toEqual([]);
    expect(asked.filter(({ uri }) => /kube-system|evil/.test(uri))).toEqual([]);
  });

  it('the settings that a pull request brings are in effect after its merge, and its comment says so', async () => {
    const more = settings.replace('    settle: 0s\n', '    settle: 1s\n');
    const pull = await story.open('settle', { '.github/fairlead.yml': more });
    expect(await story.planned(pull)).toMatchObject({ conclusion: 'success' });
    expect(await story.comment(pull.number)).toContain(
      '* changes staging: settle 0s → 1s; not in effect until merged; allowed by the operator: yes',
    );
    await story.merge(pull);
    await eventually(async () => (await story.comment(pull.number)).includes('Fairlead: merged'));
    const comment = await story.comment(pull.number);
    expect(comment).toContain('**⚙️ This pull request changed the settings.** Since its merge they are in effect:');
    expect(comment).toContain('* changed staging: settle 0s → 1s\n');
    expect(comment).not.toContain('until merged');
  });

  it('the values of a Secret are shown nowhere: not in comments, check runs or the log', async () => {
    const values = ['correct-horse-battery', 'staple-of-the-shop', '31415926535'];
    const database = (password: string) => secret('database', { password });
    const [first = '', second = '', third = ''] = values;
    const released = await story.release('secret', { 'deploy/staging/secret.yaml': database(first) }, ['staging']);
    const changed = await story.open('rotate', {
      'deploy/staging/secret.yaml': database(second),
      'deploy/staging/url.yaml': configMap('url', { url: `postgres://shop:${second}@database/shop` }),
    });
    expect(await story.planned(changed)).toMatchObject({ conclusion: 'success' });
    const comment = await story.comment(changed.number);
    expect(comment).toContain('<b>update · Secret shop/database</b> — key <code>password</code> changes');
    expect(comment, 'wherever they stand').toContain('+  url: postgres://shop:•••••@database/shop');
    // The API server quotes what it cannot take.
    const refused = await story.open('number', {
      'deploy/staging/secret.yaml': `${database('placeholder')}data: { pin: ${third} }\n`,
    });
    expect(await story.planned(refused)).toMatchObject({ conclusion: 'failure' });

    // So does whoever reads YAML.
    const unreadable = await story.open('unreadable', {
      'deploy/staging/secret.yaml': `${database('placeholder')}data: { pin: "${third}\n`,
    });
    expect(await story.planned(unreadable)).toMatchObject({ conclusion: 'failure' });

    await quiet(story.world);
    const log = readFileSync(story.world.fairlead.log, 'utf8');
    expect(log).toContain('environment predicted');
    const texts = [log, ...Object.values(await story.github.statuses(released)).map(({ description }) => description)];
    for (const { number, head } of [changed, refused, unreadable]) {
      texts.push(await story.comment(number), ...(await story.github.comments(changed.number - 1)));
      for (const run of await story.github.checkRuns(head)) {
        texts.push(JSON.stringify([run, await story.github.annotations(run.id)]));
      }
    }
    for (const value of values.flatMap((clear) => [clear, Buffer.from(clear).toString('base64')])) {
      expect(texts.filter((text) => text.includes(value))).toEqual([]);
    }
  });

  it('a namespace or a kind that the operator did not allow is blocked, and nothing of it is sent', async () => {
    const evil = configMap('evil', { a: '1' }).replace('  name: evil', '  name: evil\n  namespace: kube-system');
    let pull: OpenPullRequest = { number: 0, head: '' };
    const asked = await askedBy(async () => {
      pull = await story.open('beyond', {
        'deploy/staging/evil.yaml': evil,
        'deploy/staging/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: evil }\n',
      });
      expect(await story.planned(pull)).toMatchObject({ conclusion: 'failure' });
    });
    const comment = await story.comment(pull.number);
    expect(comment).toContain('**❌ blocked · ConfigMap kube-system/evil** at `deploy/staging/evil.yaml:1`');
    expect(comment).toContain('**❌ blocked · Namespace evil** at `deploy/staging/namespace.yaml:1`');
    expect(asked, 'what is allowed is predicted').not.toEqual([]);
    expect(asked.filter(({ uri }) => /kube-system|evil/.test(uri))).toEqual([]);
  });

  it('environments that the operator did not allow fail, and nothing of them is sent to any cluster', async () => {
    const more = `${settings.replace('namespace: shop', 'namespace: kube-system')}  unlisted:
    cluster: staging
    path: deploy/unlisted
    namespace: shop
  unnamed:
    cluster: production
    path: deploy/unnamed
    namespace: shop
`;
    const ada = story.world.forge.as('ada');
    const pushed = await askedBy(async () => {
      const tip = await ada.pushFiles(shop, { branch: 'main', files: { '.github/fairlead.yml': more } });
      expect(await story.verdict(tip, 'staging')).toMatchObject({ state: 'failure' });
    });
    expect(pushed).toEqual([]);
    let pull: OpenPullRequest = { number: 0, head: '' };
    const asked = await askedBy(async () => {
      pull = await story.open('denied', {
        'deploy/staging/extra.yaml': configMap('extra', { a: '1' }),
        'deploy/unlisted/web.yaml': configMap('web', { a: '1' }),
        'deploy/unnamed/web.yaml': configMap('web', { a: '1' }),
      });
      expect(await story.planned(pull)).toMatchObject({ conclusion: 'failure' });
    });
    expect(asked).toEqual([]);
    const comment = await story.comment(pull.number);
    for (const reason of [
      'the operator does not allow namespace "kube-system" for environment "staging"',
      'the operator does not allow environment "unlisted" of acme/shop on cluster "staging"',
      'the operator names no cluster "production"',
    ]) {
      expect(comment).toContain(`**⛔ Not allowed:** ${reason}. Nothing was sent to the cluster.`);
    }
  });
});
