import { describe, expect, it } from 'vitest';
import { mendsSettings } from '../../src/domain/inspection.ts';
import { forkMarker } from '../../src/domain/marker.ts';
import { missingFiles } from '../../src/domain/settings-change.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { symlink } from '../fakes/git.ts';
import { aPlan } from '../present/sample-view.ts';
import { ForgeWorld, settings } from './forge-world.ts';

async function states(world: ForgeWorld, number = 1): Promise<Readonly<Record<string, string>>> {
  const inspection = await world.records.inspection(shop, number);
  if (inspection?.outcome.kind !== 'inspected') return { outcome: inspection?.outcome.kind ?? 'none' };
  return Object.fromEntries(
    inspection.outcome.environments.map(({ environment, state }) => [environment.name, state.kind]),
  );
}

describe('inspecting a pull request', () => {
  it('asks for a prediction of exactly the environments whose renderings differ', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    expect(await states(world)).toEqual({ staging: 'affected', production: 'unaffected' });
    expect(world.waitingFor('predict-environment')).toEqual(['staging']);
  });

  it('says at once what needs no prediction, and lets one that is asked for come first', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.open({ 'README.md': 'a shop' });
    await world.inspect(1);
    await world.inspect(2);
    const delays = world.queue.asks.flatMap(({ job, options }) =>
      job.kind === 'present-pull-request' ? [[job.number, options.delayMs]] : [],
    );
    expect(delays).toEqual([
      [1, 1_500],
      [2, 0],
    ]);
  });

  it('puts the required check in progress before anything is known', async () => {
    const world = new ForgeWorld();
    const { head } = await world.open({ 'README.md': 'a shop' });
    await world.inspect(1);
    expect(world.forge.publishedRun(shop, head.commit, 'fairlead/plan')?.conclusion).toBeNull();
  });

  it('leaves a repository without settings alone', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { '.github/fairlead.yml': null });
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    expect(world.forge.writes).toEqual([]);
    expect(world.queue.asks).toEqual([]);
  });

  it('ends what it began to say, in a repository whose settings went meanwhile', async () => {
    const world = new ForgeWorld();
    const { head } = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    world.git.commit('main', { '.github/fairlead.yml': null });
    await world.inspect(1);
    await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
    expect(world.forge.publishedRun(shop, head.commit, 'fairlead/plan')).toMatchObject({
      conclusion: 'success',
      title: 'No environment follows main',
    });
  });

  it('merges into the tip of the base branch, not into the base that GitHub remembers', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    expect(await states(world)).toEqual({ staging: 'unaffected', production: 'unaffected' });
  });

  it('says a conflict instead of planning', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
    await world.inspect(1);
    expect((await world.records.inspection(shop, 1))?.outcome).toEqual({
      kind: 'conflict',
      files: ['deploy/staging/web.yaml'],
    });
    expect(world.waitingFor('predict-environment')).toEqual([]);
  });

  it('obeys the settings of the default branch and only explains those of the pull request', async () => {
    const world = new ForgeWorld();
    await world.open({ '.github/fairlead.yml': settings.replace('deploy/staging', 'elsewhere') });
    await world.inspect(1);
    expect(await states(world)).toEqual({ staging: 'unaffected', production: 'unaffected' });
    const inspection = await world.records.inspection(shop, 1);
    expect(inspection?.settingsChanges.length).toBeGreaterThan(0);
    expect(inspection?.settingsProblems).toEqual([]);
  });

  it('checks the settings that a pull request would bring, with file and line', async () => {
    const world = new ForgeWorld();
    await world.open({ '.github/fairlead.yml': `${settings}colour: blue\n` });
    await world.inspect(1);
    expect((await world.records.inspection(shop, 1))?.settingsProblems).toMatchObject([
      { file: '.github/fairlead.yml', line: 4 },
    ]);
  });

  it('warns of a file of values that would not be there, and wants none where there is no chart', async () => {
    const world = new ForgeWorld();
    const withValues = (file: string) => `environments:
  staging:
    { cluster: staging, path: deploy/staging, namespace: shop-staging,
      helm: { values: [
        ${file} ] } }
  production: { cluster: production, path: deploy/production, namespace: shop, helm: { values: [${file}] } }
`;
    world.git.commit('main', {
      '.github/fairlead.yml': withValues('a.yaml'),
      'deploy/staging/Chart.yaml': 'name: shop',
      'deploy/staging/a.yaml': 'a: 1',
    });
    await world.open({ '.github/fairlead.yml': withValues('b.yaml') });
    await world.inspect(1);
    const changes = (await world.records.inspection(shop, 1))?.settingsChanges ?? [];
    expect(changes.map((change) => change.kind === 'changes' && change.proposal.valuesMissing)).toEqual([
      [{ file: 'deploy/staging/b.yaml', line: 5 }],
      undefined,
    ]);
    await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
    const head = (await world.forge.pullRequest(shop, 1))?.head.commit ?? '';
    const run = world.forge.publishedRun(shop, head, 'fairlead/plan');
    expect(run?.annotations).toMatchObject([{ path: '.github/fairlead.yml', startLine: 5, level: 'warning' }]);
  });

  it('lists a path once for all environments that would have it', async () => {
    const world = new ForgeWorld();
    const proposed = ['a', 'b', 'c'].map(
      (name) => `  ${name}: { cluster: staging, path: chart, namespace: ${name}, helm: { values: [${name}.yaml] } }\n`,
    );
    await world.open({ '.github/fairlead.yml': settings + proposed.join(''), 'chart/Chart.yaml': 'name: shop' });
    const listed: string[] = [];
    const entries = world.git.entries.bind(world.git);
    world.git.entries = (repository, tree, path) => {
      listed.push(path);
      return entries(repository, tree, path);
    };
    await world.inspect(1);
    expect(listed.filter((path) => path === 'chart')).toEqual(['chart']);
    const changes = (await world.records.inspection(shop, 1))?.settingsChanges ?? [];
    expect(changes.flatMap((change) => (change.kind === 'adds' ? missingFiles(change.proposal) : []))).toEqual([
      'chart/a.yaml',
      'chart/b.yaml',
      'chart/c.yaml',
    ]);
  });

  it('says of a file of values that is not there where the settings name it', async () => {
    const world = new ForgeWorld();
    const named = `environments:
  staging: { cluster: staging, path: deploy/staging, namespace: shop-staging, helm: { values: [
    a.yaml, b.yaml ] } }
`;
    const files = {
      'deploy/staging/Chart.yaml': 'name: shop',
      'deploy/staging/a.yaml': '',
      'deploy/staging/b.yaml': '',
    };
    world.git.commit('main', { '.github/fairlead.yml': named, ...files });
    await world.open({ 'deploy/staging/b.yaml': null });
    await world.inspect(1);
    const outcome = (await world.records.inspection(shop, 1))?.outcome;
    const state = outcome?.kind === 'inspected' ? outcome.environments[0]?.state : undefined;
    expect(state).toMatchObject({
      kind: 'refused',
      problems: [{ file: '.github/fairlead.yml', line: 3, path: 'environments.staging.helm.values.1' }],
    });
  });

  it('finds what the operator would deny and what would have no path, where the settings say so', async () => {
    const world = new ForgeWorld();
    const proposed = `${settings}  edge: { cluster: staging, path: deploy/edge, namespace: shop-staging }
  other: { cluster: staging, path: deploy/staging/web.yaml, namespace: shop-staging, follow: stable }
`;
    await world.open({ '.github/fairlead.yml': proposed });
    await world.inspect(1);
    const reason = (name: string) =>
      `the operator does not allow environment "${name}" of acme/shop on cluster "staging"`;
    expect((await world.records.inspection(shop, 1))?.settingsChanges).toMatchObject([
      {
        kind: 'adds',
        proposal: {
          environment: { name: 'edge' },
          at: { file: '.github/fairlead.yml', line: 4 },
          allowance: { kind: 'denied', reason: reason('edge') },
          pathMissing: true,
        },
      },
      {
        kind: 'adds',
        proposal: { allowance: { kind: 'denied', reason: reason('other') }, pathMissing: false },
      },
    ]);
    await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
    const head = (await world.forge.pullRequest(shop, 1))?.head.commit ?? '';
    const run = world.forge.publishedRun(shop, head, 'fairlead/plan');
    expect(run).toMatchObject({
      conclusion: 'failure',
      title: 'Environments edge and other would not be allowed by the operator',
    });
  });

  it('still knows of a merged pull request what it did to the settings', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ '.github/fairlead.yml': settings.replace('deploy/staging', 'elsewhere') });
    world.merge(pull);
    await world.inspect(1);
    expect((await world.records.inspection(shop, 1))?.settingsChanges).toMatchObject([
      { kind: 'changes', differences: [{ setting: 'path', before: 'deploy/staging', after: 'elsewhere' }] },
    ]);
  });

  it('sends nothing to a cluster that the operator does not allow', async () => {
    const world = new ForgeWorld();
    world.clusters = world.clusters.filter(({ name }) => name !== 'staging');
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    expect(await states(world)).toEqual({ staging: 'denied', production: 'unaffected' });
    expect(world.waitingFor('predict-environment')).toEqual([]);
    expect(world.renderer.rendered, 'renders of production alone').toBe(2);
  });

  it('refuses what cannot be rendered, and plans the pull request that mends it', async () => {
    const world = new ForgeWorld();
    const breaking = await world.open({ 'deploy/staging/web.yaml': 'broken' });
    await world.inspect(1);
    expect(await states(world)).toEqual({ staging: 'refused', production: 'unaffected' });
    world.merge(breaking);
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(2);
    expect(await states(world, 2)).toEqual({ staging: 'affected', production: 'unaffected' });
  });

  it('lets a pull request lead out of settings that cannot be read, a fork only once somebody let it be planned', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { '.github/fairlead.yml': 'environments: [' });
    const removing = await world.open({ '.github/fairlead.yml': null });
    await world.inspect(1);
    expect(await world.records.inspection(shop, 1)).toMatchObject({
      outcome: { kind: 'settings-unreadable' },
      settingsChanges: [{ kind: 'removes-all' }],
      settingsProblems: [],
    });
    world.forge.putPullRequest({ ...removing, head: { ...removing.head, fork: true } });
    await world.inspect(1);
    expect(await states(world)).toEqual({ outcome: 'fork-waits' });
  });

  it('plans nothing of an environment that the pull request removes, with its folder or without', async () => {
    const world = new ForgeWorld();
    const without = settings.replace(/ {2}production:.*\n/, '');
    await world.open({ '.github/fairlead.yml': without, 'deploy/production/web.yaml': null });
    await world.inspect(1);
    expect(await states(world)).toEqual({ staging: 'unaffected', production: 'removed' });
    await world.open({ '.github/fairlead.yml': null });
    await world.inspect(2);
    expect(await states(world, 2)).toEqual({ staging: 'removed', production: 'removed' });
    expect(world.waitingFor('predict-environment')).toEqual([]);
  });

  it('names a cluster that the operator does not, among all else that is wrong with the settings', async () => {
    const world = new ForgeWorld();
    const broken = settings.replace('cluster: production,', 'cluster: productoin, mode: fast,');
    await world.open({ '.github/fairlead.yml': broken });
    await world.inspect(1);
    const inspection = await world.records.inspection(shop, 1);
    expect(inspection?.settingsProblems.map(({ line, path }) => [line, path])).toEqual([
      [3, 'environments.production.mode'],
      [3, 'environments.production.cluster'],
    ]);
    expect(inspection?.settingsProblems.at(-1)?.message).toContain('Did you mean `production`?');
  });

  it('takes settings that Git holds as no file for unreadable ones, whoever brings or mends them', async () => {
    const world = new ForgeWorld();
    const breaking = await world.open({ '.github/fairlead.yml': symlink('../settings.yml') });
    await world.inspect(1);
    const problem = { file: '.github/fairlead.yml', message: expect.stringContaining('is a symlink') as string };
    expect(await world.records.inspection(shop, 1)).toMatchObject({ settingsProblems: [problem] });
    world.merge(breaking);
    await world.open({ 'README.md': 'a shop' });
    await world.inspect(2);
    expect(await world.records.inspection(shop, 2)).toMatchObject({
      outcome: { kind: 'settings-unreadable' },
      settingsProblems: [problem],
    });
    await world.open({ '.github/fairlead.yml': settings });
    await world.inspect(3);
    expect(await world.records.inspection(shop, 3)).toMatchObject({
      outcome: { kind: 'settings-unreadable' },
      settingsProblems: [],
    });
  });

  it.each([
    ['left the settings alone', { 'README.md': 'a shop' }],
    ['changed them', { '.github/fairlead.yml': settings.replace('deploy/staging', 'elsewhere') }],
    ['mended them', null],
  ])('does not say of a merged one that %s that it mends what became unreadable later', async (_, files) => {
    const world = new ForgeWorld();
    if (files === null) world.git.commit('main', { '.github/fairlead.yml': 'environments: [' });
    world.merge(await world.open(files ?? { '.github/fairlead.yml': settings }));
    world.git.commit('main', { '.github/fairlead.yml': 'environments: ]' });
    await world.inspect(1);
    const inspection = await world.records.inspection(shop, 1);
    expect(inspection?.outcome.kind).toBe('settings-unreadable');
    expect(inspection && mendsSettings(inspection)).toBe(false);
  });

  it('renders nothing of a fork until somebody with write permission asked for this very head', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    const head = { ...pull.head, fork: true };
    world.forge.putPullRequest({ ...pull, head });
    world.forge.addComment(shop, 1, forkMarker(head.commit), { author: 'eve' });
    await world.inspect(1);
    expect(await states(world)).toEqual({ outcome: 'fork-waits' });
    expect(world.renderer.rendered).toBe(0);

    world.forge.addComment(shop, 1, forkMarker(head.commit), null);
    await world.inspect(1);
    expect(await states(world)).toEqual({ staging: 'affected', production: 'unaffected' });
  });

  it('lets the renderer know what is of a fork, and that the base is not', async () => {
    const world = new ForgeWorld();
    const asked: (readonly [tree: string, fromFork: boolean])[] = [];
    const render = world.renderer.render.bind(world.renderer);
    world.renderer.render = (source) => {
      asked.push([source.tree, source.fromFork === true]);
      return render(source);
    };
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    expect(asked.some(([, fromFork]) => fromFork)).toBe(false);
    asked.length = 0;
    world.forge.putPullRequest({ ...pull, head: { ...pull.head, fork: true } });
    world.forge.addComment(shop, 1, forkMarker(pull.head.commit), null);
    await world.inspect(1);
    const base = await world.git.tree(shop, await world.tip());
    expect(asked.filter(([tree]) => tree === base).map(([, fromFork]) => fromFork)).toEqual([false, false]);
    expect(asked.filter(([tree]) => tree !== base).map(([, fromFork]) => fromFork)).toEqual([true, true]);
  });

  it('predicts anew after a moved base only what renders differently', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2', 'deploy/production/web.yaml': 'web 2' });
    await world.inspect(1);
    const base = await world.tip();
    for (const name of ['staging', 'production']) {
      await world.records.savePlan(shop, 1, name, {
        head: pull.head.commit,
        base,
        outcome: { kind: 'planned', plan: aPlan('staging', []) },
      });
    }
    world.queue.clear();
    world.git.commit('main', { 'deploy/production/other.yaml': 'other 1' });
    await world.inspect(1);
    expect(world.waitingFor('predict-environment')).toEqual(['production']);
    expect((await world.records.plan(shop, 1, 'staging'))?.base).toBe(await world.tip());
  });

  it('predicts all anew when a person asks again', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    world.queue.clear();
    const pull = await world.forge.pullRequest(shop, 1);
    const base = await world.tip();
    const record = {
      head: pull?.head.commit ?? '',
      base,
      outcome: { kind: 'planned', plan: aPlan('staging', []) },
    } as const;
    await world.records.savePlan(shop, 1, 'staging', record);
    await world.inspect(1);
    expect(world.waitingFor('predict-environment')).toEqual(['staging']);
    expect(await world.records.plan(shop, 1, 'staging')).toEqual({ ...record, again: true });

    // Nor does it hold for a base that moved meanwhile.
    world.queue.clear();
    world.git.commit('main', { 'README.md': 'moved' });
    await world.inspect(1);
    expect(world.waitingFor('predict-environment')).toEqual(['staging']);
  });

  it('has nothing to do for a closed pull request', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' }, { state: 'closed' });
    await world.inspect(1);
    expect(world.queue.asks).toEqual([]);
    expect(world.forge.writes).toEqual([]);
  });
});
