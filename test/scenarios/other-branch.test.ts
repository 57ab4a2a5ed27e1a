import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap } from '../manifest-texts.ts';
import { settings } from './shop.ts';
import { type Story, shop, startStory } from './story.ts';

const file = '.github/fairlead.yml';
const followsStable = `${settings}    follow: stable\n`;

describe('an environment that follows a branch other than the default branch', () => {
  let story: Story;
  beforeAll(async () => {
    const staging = { environment: 'staging', cluster: 'staging', refs: ['stable'] };
    story = await startStory({
      files: { [file]: followsStable, 'deploy/staging/web.yaml': configMap('web', { a: '1' }) },
      allow: [
        { ...staging, namespace: 'shop' },
        { ...staging, namespace: 'shop-two' },
      ],
    });
  });
  afterAll(() => story.close());

  const living = (namespace: string) => story.live('staging', `/api/v1/namespaces/${namespace}/configmaps/web`);

  it('goes to where a merge into the default branch moves it, and waits for no sweep', async () => {
    const ada = story.world.forge.as('ada');
    const stable = await ada.pushFiles(shop, {
      branch: 'stable',
      files: { 'deploy/staging/web.yaml': configMap('web', { a: '2' }) },
      message: 'Release',
    });
    expect(await story.verdict(stable, 'staging')).toMatchObject({ state: 'success' });
    expect((await living('shop'))?.['data']).toEqual({ a: '2' });

    const pull = await story.open('move', { [file]: followsStable.replace('namespace: shop', 'namespace: shop-two') });
    await story.planned(pull);
    await story.merge(pull);
    await eventually(async () => (await living('shop-two')) !== null);
    expect((await living('shop-two'))?.['data']).toEqual({ a: '2' });
    await eventually(async () =>
      (await story.verdict(stable, 'staging', ['success'])).description.includes(
        'orphaned: 1 object stays in namespace shop of cluster staging',
      ),
    );
  });
});
