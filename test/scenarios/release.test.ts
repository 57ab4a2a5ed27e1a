import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMap, deployment, paths } from './shop.ts';
import { type Story, startStory } from './story.ts';

describe('a pull request from its opening to its verdict', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory();
  });
  afterAll(() => story.close());

  it('is planned, released, observed, pruned, and says so everywhere', async () => {
    const first = await story.open('first', { 'deploy/staging/extra.yaml': configMap('extra', { a: '1' }) });
    const plan = await story.planned(first);
    expect(plan.conclusion).toBe('success');
    expect(await story.comment(first.number)).toContain('create · ConfigMap shop/extra');

    const commit = await story.merge(first);
    const verdict = await story.verdict(commit, 'staging');
    expect(verdict).toMatchObject({ state: 'success' });
    expect(verdict.description).toMatch(/^converged: 3 objects in /);
    expect(await story.live('staging', paths.configMap('extra'))).not.toBeNull();

    const second = await story.open('second', {
      'deploy/staging/web.yaml': deployment('web:2'),
      'deploy/staging/extra.yaml': null,
    });
    expect((await story.planned(second)).conclusion).toBe('success');
    const comment = await story.comment(second.number);
    expect(comment).toContain('delete · ConfigMap shop/extra');
    expect(comment).toContain('+        image: registry.example.com/web:2');

    const released = await story.merge(second);
    expect(await story.verdict(released, 'staging')).toMatchObject({ state: 'success' });
    expect(await story.live('staging', paths.configMap('extra'))).toBeNull();
    expect(JSON.stringify((await story.live('staging', paths.deployment))?.['spec'])).toContain('web:2');
  });
});
