import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { settings, webFiles } from './shop.ts';
import { type Story, startStory } from './story.ts';

const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: cache
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 5Gi } }
`;
const path = '/api/v1/namespaces/shop/persistentvolumeclaims/cache';
const file = '.github/fairlead.yml';

describe('a pull request that weakens what needs a second person', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({ files: { [file]: settings, ...webFiles } });
    await story.release('first', { 'deploy/staging/cache.yaml': claim }, ['staging']);
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
    const waiting = await eventually(async () => {
      const { description } = await story.verdict(commit, 'staging', ['pending']);
      return /\/confirm [0-9a-f]{12}/.exec(description)?.[0] ?? null;
    });
    expect(await story.live('staging', path)).not.toBeNull();

    await story.world.forge.as('grace').comment('acme/shop', pull.number, waiting);
    expect(await story.verdict(commit, 'staging')).toMatchObject({ state: 'success' });
    expect(await story.live('staging', path)).toBeNull();
  });
});
