import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { volumeClaim } from '../manifest-texts.ts';
import { paths, settings, webFiles } from './shop.ts';
import { type Story, startStory } from './story.ts';

const file = '.github/fairlead.yml';

describe('a pull request that weakens what needs a second person', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({ files: { [file]: settings, ...webFiles } });
    await story.release('first', { 'deploy/staging/cache.yaml': volumeClaim('cache') }, ['staging']);
  });
  afterAll(() => story.close());

  it('and deletes at once is judged by the rule that it weakens, before the merge and after it', async () => {
    const pull = await story.open('weaker', {
      [file]: `${settings}    confirm: { deletions: 1000, kinds: [] }\n`,
      'deploy/staging/cache.yaml': null,
    });
    expect((await story.planned(pull)).conclusion).toBe('action_required');
    const commit = await story.merge(pull);
    await eventually(async () =>
      (await story.comment(pull.number)).includes(
        'deletes PersistentVolumeClaim shop/cache, which the rule before this commit asks about',
      ),
    );
    const command = await story.confirmation(commit, 'staging');
    expect(await story.live('staging', paths.volumeClaim('cache'))).not.toBeNull();

    await story.world.forge.as('grace').comment('acme/shop', pull.number, command);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    expect(await story.live('staging', paths.volumeClaim('cache'))).toBeNull();
  });
});
