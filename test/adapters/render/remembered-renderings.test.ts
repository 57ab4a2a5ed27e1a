import { describe, expect, it } from 'vitest';
import { RememberedRenderings } from '../../../src/adapters/render/remembered-renderings.ts';
import type { RenderResult } from '../../../src/domain/rendering.ts';

describe('renderings of lately', () => {
  it('are rendered once, also for those who ask at the same time', async () => {
    const { rendered, ask } = remembering(10);
    const [first, second] = await Promise.all([ask('a'), ask('a')]);
    expect(first).toBe(second);
    expect(await ask('a')).toBe(first);
    expect(await ask('b')).not.toBe(first);
    expect(rendered).toEqual(['a', 'b']);
  });

  it('are forgotten when there are too many manifests, longest unasked first', async () => {
    const { rendered, ask } = remembering(3);
    for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'c', 'b']) await ask(key);
    expect(rendered).toEqual(['a', 'b', 'c', 'd', 'b']);
  });

  it('are not kept where one alone is too large', async () => {
    const { rendered, ask } = remembering(1, 2);
    for (const key of ['a', 'a']) await ask(key);
    expect(rendered).toEqual(['a', 'a']);
  });

  it('are asked for again after a refusal or a failure', async () => {
    const lately = new RememberedRenderings(10);
    const refused: RenderResult = { kind: 'refused', problems: [] };
    expect(await lately.recall('a', () => Promise.resolve(refused))).toBe(refused);
    await expect(lately.recall('a', () => Promise.reject(new Error('git failed')))).rejects.toThrow('git failed');
    expect(await lately.recall('a', () => Promise.resolve(renderingOf(1)))).toMatchObject({ kind: 'rendered' });
  });
});

function remembering(maxManifests: number, manifests = 1) {
  const lately = new RememberedRenderings(maxManifests);
  const rendered: string[] = [];
  const ask = (key: string) =>
    lately.recall(key, async () => {
      rendered.push(key);
      return renderingOf(manifests);
    });
  return { rendered, ask };
}

function renderingOf(manifests: number): RenderResult {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  const renderer = { kind: 'plain', version: '1' } as const;
  const all = Array.from({ length: manifests }, () => ({ object, origin: null }));
  return { kind: 'rendered', rendering: { id: 'x', renderer, manifests: all, passedOver: [], remarks: [] } };
}
