import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap, secret } from '../manifest-texts.ts';
import { settings, webFiles } from './shop.ts';
import { type Story, shop, startStory } from './story.ts';

const file = '.github/fairlead.yml';
const files = { [file]: settings, ...webFiles, 'deploy/staging/secret.yaml': secret('web', { TOKEN: '4711' }) };
const objects = ['configmaps', 'secrets'] as const;

/** Which of the ConfigMap and the Secret live in a namespace. */
async function living(story: Story, cluster: string, namespace: string): Promise<readonly string[]> {
  const found = await Promise.all(
    objects.map(async (plural) => {
      const live = await story.live(cluster, `/api/v1/namespaces/${namespace}/${plural}/web`);
      return live === null ? [] : [plural];
    }),
  );
  return found.flat();
}

describe('what the settings move away from, or no longer name', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({
      clusters: ['staging', 'production'],
      files,
      allow: [
        { environment: 'staging', cluster: 'staging', namespace: 'shop' },
        { environment: 'staging', cluster: 'staging', namespace: 'shop-two' },
        { environment: 'staging', cluster: 'production', namespace: 'shop' },
        { environment: 'stage', cluster: 'production', namespace: 'shop' },
      ],
    });
    await story.release('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) }, ['staging']);
  });
  afterAll(() => story.close());

  const change = async (branch: string, changes: Readonly<Record<string, string | null>>) => {
    const pull = await story.open(branch, changes);
    await story.planned(pull);
    const comment = await story.comment(pull.number);
    const commit = await story.merge(pull);
    return { pull, comment, commit };
  };
  const kubectl = async (cluster: string, ...args: readonly string[]): Promise<string> => {
    const { tools, adminKubeconfig } = story.world.clusters[cluster] ?? { tools: { kubectl: '' }, adminKubeconfig: '' };
    const { stdout } = await promisify(execFile)(tools.kubectl, args, {
      env: { KUBECONFIG: adminKubeconfig, HOME: story.world.folder },
    });
    return stdout;
  };
  const at = (cluster: string, namespace: string, name = 'staging'): string =>
    settings
      .replace('cluster: staging', `cluster: ${cluster}`)
      .replace('namespace: shop', `namespace: ${namespace}`)
      .replace('  staging:', `  ${name}:`);

  it('stays where it was when the namespace changes, and the commit says so', async () => {
    const moved = at('staging', 'shop-two');
    const { commit, comment } = await change('two', { [file]: moved, 'deploy/staging/extra.yaml': null });
    expect(comment).toContain('what it released in namespace shop of cluster staging stays there, orphaned');
    const { description } = await story.verdict(commit, 'staging', ['success']);
    expect(description).toMatch(
      /^converged: 3 objects in .* · orphaned: 4 objects stay in namespace shop of cluster staging$/,
    );
    expect(await living(story, 'staging', 'shop')).toEqual(objects);
    expect(await living(story, 'staging', 'shop-two')).toEqual(objects);
    expect(
      await story.live('staging', '/api/v1/namespaces/shop/configmaps/extra'),
      'dropped where the environment no longer is',
    ).not.toBeNull();
  });

  it('is never pruned by what comes later', async () => {
    await story.release('drop', { 'deploy/staging/settings.yaml': null }, ['staging']);
    expect(await living(story, 'staging', 'shop-two')).toEqual(['secrets']);
    expect(await living(story, 'staging', 'shop')).toEqual(objects);
  });

  it('is owned again when it moves back, and no label of our own is in the way', async () => {
    const web = configMap('web', { GREETING: 'again' });
    const { commit } = await change('back', { [file]: settings, 'deploy/staging/settings.yaml': web });
    const { description } = await story.verdict(commit, 'staging');
    expect(description).toMatch(/^converged: 3 objects in .* · orphaned: 2 objects stay in namespace shop-two of/);
    const live = await story.live('staging', '/api/v1/namespaces/shop/configmaps/web');
    expect(live?.['data']).toEqual({ GREETING: 'again' });
    await story.release('drop-again', { 'deploy/staging/settings.yaml': null }, ['staging']);
    expect(await living(story, 'staging', 'shop'), 'owned is owned: what Git drops goes').toEqual(['secrets']);
    expect(await story.live('staging', '/api/v1/namespaces/shop/configmaps/extra')).not.toBeNull();
  });

  it('stays in the old cluster when it moves to another one', async () => {
    const { commit, comment } = await change('elsewhere', { [file]: at('production', 'shop') });
    expect(comment).toContain('what it released in namespace shop of cluster staging stays there, orphaned');
    await eventually(async () => {
      const { description } = await story.verdict(commit, 'staging', ['success']);
      return /^converged: 2 objects in .* · orphaned: 5 objects stay in cluster staging$/.test(description);
    }, 40_000);
    expect(await living(story, 'production', 'shop')).toEqual(['secrets']);
    expect(await living(story, 'staging', 'shop')).toEqual(['secrets']);
  });

  it('stays when the environment gets another name, which may have it once its label is off', async () => {
    const { commit, comment, pull } = await change('renamed', { [file]: at('production', 'shop', 'stage') });
    expect(comment).toContain(
      'removes staging: its objects stay in cluster production, orphaned: nothing is deleted, and nobody looks after them',
    );
    expect(await story.verdict(commit, 'staging')).toMatchObject({
      state: 'success',
      description: 'orphaned: 2 objects stay in namespace shop of cluster production; nothing is deleted',
    });
    expect(await story.verdict(commit, 'stage')).toMatchObject({
      state: 'failure',
      description: expect.stringMatching(/^blocked, nothing was applied: .* belongs to another set/) as string,
    });
    await eventually(async () =>
      (await story.comment(pull.number)).includes('take the label applyset.kubernetes.io/part-of off the object'),
    );

    const kinds = 'deployments,secrets';
    await kubectl('production', 'label', kinds, '--all', '-n', 'shop', 'applyset.kubernetes.io/part-of-');
    // A Secret that was never released from here is taken only where the settings say so.
    const takes = `${at('production', 'shop', 'stage')}    conflicts: take\n`;
    const taken = await change('taken', { [file]: takes });
    // What an environment takes over before anything of it was planned, a second person agrees to.
    const command = await story.confirmation(taken.commit, 'stage');
    await story.world.forge.as('grace').comment(shop, taken.pull.number, command);
    expect(await story.verdict(taken.commit, 'stage')).toMatchObject({ state: 'success' });
  });

  it('is found and deleted by its label, as the documents say', async () => {
    const ofLedgers = ['-n', 'fairlead', '-l', 'applyset.kubernetes.io/id'];
    const ledgers = await kubectl('staging', 'get', 'configmaps', ...ofLedgers, '-o', 'json');
    const [ledger] = (JSON.parse(ledgers) as { items: readonly LedgerObject[] }).items;
    const annotations = ledger?.metadata.annotations ?? {};
    expect(annotations['applyset.kubernetes.io/additional-namespaces']).toBe('shop,shop-two');
    const kinds = annotations['applyset.kubernetes.io/contains-group-kinds'] ?? '';
    expect(kinds).toBe('ConfigMap,Deployment.apps,Secret');
    const id = ledger?.metadata.labels['applyset.kubernetes.io/id'] ?? '';
    await kubectl('staging', 'delete', kinds, '-n', 'shop', '-l', `applyset.kubernetes.io/part-of=${id}`);
    expect(await living(story, 'staging', 'shop')).toEqual([]);
    expect(await story.live('staging', '/apis/apps/v1/namespaces/shop/deployments/web')).toBeNull();
    expect(await living(story, 'staging', 'shop-two')).toEqual(['secrets']);
  });
});

interface LedgerObject {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
}

describe('an environment that is removed', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({ files, env: { FAIRLEAD_SWEEP: '2s' } });
    await story.release('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) }, ['staging']);
  });
  afterAll(() => story.close());

  it('is said to leave everything behind also where every webhook was lost and Redis wiped', async () => {
    const { webhooks } = story.world.forge;
    const pull = await story.open('remove', { [file]: 'environments: {}\n' });
    await story.planned(pull);
    webhooks.lose(() => true, 1_000);
    await story.world.redis.wipe();
    const commit = await story.merge(pull);
    expect(await story.verdict(commit, 'staging')).toMatchObject({
      state: 'success',
      description: 'orphaned: 4 objects stay in namespace shop of cluster staging; nothing is deleted',
    });
    expect(await living(story, 'staging', 'shop')).toEqual(objects);
  });

  it('continues with its ledger when it comes back', async () => {
    const live = await story.live('staging', '/api/v1/namespaces/shop/secrets/web');
    const pull = await story.open('return', { [file]: settings, 'deploy/staging/extra.yaml': null });
    await story.planned(pull);
    const commit = await story.merge(pull);
    expect(await story.verdict(commit, 'staging')).toMatchObject({
      state: 'success',
      description: expect.stringMatching(/^converged: 3 objects/) as string,
    });
    expect((await story.live('staging', '/api/v1/namespaces/shop/secrets/web'))?.metadata.uid).toBe(live?.metadata.uid);
    const extra = await story.live('staging', '/api/v1/namespaces/shop/configmaps/extra');
    expect(extra, 'dropped while nobody planned it: no plan has shown that it would go').not.toBeNull();
  });
});
