import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap } from '../manifest-texts.ts';
import { settings, webFiles } from './shop.ts';
import { type Story, startStory } from './story.ts';

const twoEnvironments = `${settings}  production:
    cluster: production
    path: deploy/production
    namespace: shop
    settle: 0s
    health: { timeout: 20s }
`;

describe('the roles', () => {
  let story: Story;
  afterEach(() => story.close());

  it('work in three processes, the cluster one without any GitHub credential and without git', async () => {
    story = await startStory({ processes: 'three' });
    const [web, forge, cluster] = story.world.processes;
    expect(readFileSync(`/proc/${cluster?.pid()}/environ`, 'utf8')).not.toMatch(
      /APP_ID|PRIVATE_KEY|WEBHOOK_SECRET|GHE_/,
    );
    const pull = await story.open('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    expect((await story.planned(pull)).conclusion).toBe('success');
    expect(await story.verdict(await story.merge(pull), 'staging')).toMatchObject({ state: 'success' });
    for (const role of [web, forge, cluster]) {
      expect((await fetch(`${role?.url}/readyz`)).status, role?.log).toBe(200);
    }
    expect(await Promise.all(story.world.processes.map((role) => role.stop()))).toEqual([0, 0, 0]);
  });
});

describe('two environments on two clusters', () => {
  let story: Story;
  afterEach(() => story.close());

  // A cluster is given up after 15 s, and its job then pauses for longer each time.
  it('when one cluster is down, the other is planned and released, and the first says that it is out of reach', {
    timeout: 150_000,
  }, async () => {
    story = await startStory({
      clusters: ['staging', 'production'],
      files: {
        '.github/fairlead.yml': twoEnvironments,
        ...webFiles,
        'deploy/production/settings.yaml': configMap('web', { GREETING: 'hello' }),
      },
      allow: [
        { environment: 'staging', cluster: 'staging', namespace: 'shop' },
        { environment: 'production', cluster: 'production', namespace: 'shop' },
      ],
    });
    await story.world.clusters['production']?.apiServer.kill();
    const pull = await story.open('first', {
      'deploy/staging/extra.yaml': configMap('extra', { a: '1' }),
      'deploy/production/extra.yaml': configMap('extra', { a: '1' }),
    });
    const plan = await story.planned(pull);
    expect(plan.conclusion).toBe('failure');
    expect((await story.checkRun(pull, 'fairlead/plan (staging)'))?.conclusion).toBe('success');
    expect((await story.checkRun(pull, 'fairlead/plan (production)'))?.title).toContain('out of reach');

    const commit = await story.merge(pull);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    expect((await story.verdict(commit, 'production', ['error'])).description).toContain('out of reach');
    await story.world.clusters['production']?.apiServer.start();
    expect(await story.verdict(commit, 'production', ['success'])).toMatchObject({ state: 'success' });
    await eventually(async () =>
      (await story.comment(pull.number)).includes('merged; staging and production converged'),
    );
  });
});
