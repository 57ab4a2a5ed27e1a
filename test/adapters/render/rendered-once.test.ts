import { describe, expect, it } from 'vitest';
import { RenderedOnce } from '../../../src/adapters/render/rendered-once.ts';
import type { RenderResult } from '../../../src/domain/rendering.ts';
import { madeInMemory } from '../../fakes/made-renderings.ts';

describe('what was rendered', () => {
  it('is rendered once, also for those who ask at the same time', async () => {
    const once = new RenderedOnce(madeInMemory());
    const asked: string[] = [];
    const ask = (key: string) =>
      once.recall(key, async () => {
        asked.push(key);
        return renderingOf(key);
      });
    const [first, second] = await Promise.all([ask('a'), ask('a')]);
    expect(first).toBe(second);
    expect(await ask('a')).toEqual(first);
    expect(await ask('b')).not.toEqual(first);
    expect(asked).toEqual(['a', 'b']);
  });

  it('is asked for again after a refusal or a failure', async () => {
    const once = new RenderedOnce(madeInMemory());
    const refused: RenderResult = { kind: 'refused', problems: [] };
    expect(await once.recall('a', () => Promise.resolve(refused))).toBe(refused);
    await expect(once.recall('a', () => Promise.reject(new Error('git failed')))).rejects.toThrow('git failed');
    expect(await once.recall('a', () => Promise.resolve(renderingOf('a')))).toMatchObject({ kind: 'rendered' });
  });
});

function renderingOf(id: string): RenderResult {
  const renderer = { kind: 'plain', version: '1' } as const;
  return { kind: 'rendered', rendering: { id, renderer, manifests: [], passedOver: [], remarks: [] } };
}
