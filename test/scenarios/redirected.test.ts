import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRepository } from '../../sandbox/forge/state/find.ts';
import { name, owner } from '../../sandbox/sample.ts';
import { configMap } from '../manifest-texts.ts';
import { paths, settings, webFiles } from './shop.ts';
import { type Story, shop, startStory } from './story.ts';

const file = '.github/fairlead.yml';
const one = 'deploy/staging/settings.yaml';

describe('what the settings redirect deletes nothing that nobody agreed to', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({
      files: {
        [file]: `${settings}    prune: false\n`,
        ...webFiles,
        'deploy/staging/dropped.yaml': configMap('dropped'),
      },
      allow: [{ environment: 'staging', cluster: 'staging', namespace: 'shop', refs: ['main', 'develop', 'old'] }],
    });
    await story.release('first', { 'deploy/staging/more.yaml': configMap('more') }, ['staging']);
  });
  afterAll(() => story.close());

  const lives = async (configMapName: string) => (await story.live('staging', paths.configMap(configMapName))) !== null;
  const waits = (why: string) => `deletions of staging will wait for /confirm: ${why}`;

  it('where pruning is switched on', async () => {
    await story.release('drop', { 'deploy/staging/dropped.yaml': null }, ['staging']);
    expect(await lives('dropped')).toBe(true);

    const pull = await story.open('prune-on', { [file]: settings });
    expect((await story.planned(pull)).title).toContain(waits('prune is switched on'));
    expect(await story.comment(pull.number)).toContain(waits('prune is switched on'));
    const commit = await story.merge(pull);
    const command = await story.confirmation(commit, 'staging');
    expect(await lives('dropped')).toBe(true);

    await story.world.forge.as('grace').comment(shop, pull.number, command);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    expect(await lives('dropped')).toBe(false);
  });

  it('where another branch becomes the default branch', async () => {
    const { forge } = story.world;
    const repository = findRepository(forge.state, owner, name);
    if (repository === undefined) throw new Error('there is no shop');
    const makeDefault = (defaultBranch: string) => forge.state.repositories.change(repository.id, { defaultBranch });
    await forge.as('ada').pushFiles(shop, { branch: 'develop', from: 'main', files: { [one]: null } });
    makeDefault('develop');
    const tip = await forge.as('ada').pushFiles(shop, { branch: 'develop', files: { 'README.md': 'Shop\n' } });
    const { description } = await story.verdict(tip, 'staging', ['pending']);
    expect(description).toContain('deletes 1 object, for it follows develop, not main');
    expect(await lives('web')).toBe(true);
    makeDefault('main');
  });

  it('where it follows another branch', async () => {
    const ada = story.world.forge.as('ada');
    const tip = await ada.pushFiles(shop, { branch: 'old', from: 'main', files: { [one]: null } });
    const pull = await story.open('follow-old', { [file]: `${settings}    follow: old\n` });
    expect((await story.planned(pull)).title).toContain(waits('follow changes'));
    await story.merge(pull);
    const { description } = await story.verdict(tip, 'staging', ['pending']);
    expect(description).toContain('deletes 1 object, for it follows old, not main');
    expect(await lives('web')).toBe(true);

    await ada.pushFiles(shop, { branch: 'ask', from: 'old', files: { 'README.md': 'Shop\n' } });
    const asking = await ada.openPullRequest(shop, { head: 'ask', base: 'old' });
    const commit = await story.merge({ number: asking.number, head: asking.head.sha });
    await story.world.forge.as('grace').comment(shop, asking.number, await story.confirmation(commit, 'staging'));
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    expect(await lives('web')).toBe(false);
  });
});
